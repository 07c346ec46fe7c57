import { Router, json, type NextFunction, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import type { ErrorLimit } from '../error-limit.js';
import { faultSchema } from '../faults/fault-schema.js';
import type { Faults } from '../faults/faults.js';
import type { Generations } from '../generations.js';
import type { RequestLog } from '../request-log.js';
import type { Stamps } from '../stamps.js';
import { tellTruth } from '../truth.js';
import type { World } from '../world/world.js';
import { readId } from './route.js';

const clockSchema = z.strictObject({ advance_seconds: z.number().min(0).max(31_536_000) });

export interface ControlDeps {
  bidStamps: Stamps;
  clock: Clock;
  errorLimit: ErrorLimit;
  faults: Faults;
  generations: Generations;
  requestLog: RequestLog;
  templates: readonly string[];
  world: World;
}

/** What tests and people steer the sandbox with; answers on loopback only. */
export function createControl(deps: ControlDeps): Router {
  const { clock, errorLimit, faults, requestLog } = deps;
  const router = Router();
  router.use(allowLoopbackOnly, json({ strict: false }));

  router.get('/truth', (req, res) => sendTruth(req, res, deps));

  router.get('/clock', (_req, res) => {
    res.json(describeClock(clock));
  });
  router.post('/clock', (req, res) => {
    const order = clockSchema.safeParse(req.body);
    if (!order.success) {
      return refuse(res, order.error);
    }
    clock.advance(order.data.advance_seconds);
    res.json(describeClock(clock));
  });

  router.get('/requests', (req, res) => {
    const since = req.query['since'] === undefined ? 0 : readId(req.query['since']);
    if (since === undefined) {
      res.status(400).json({ error: 'since must be the seq of a logged request' });
      return;
    }
    res.json(requestLog.since(since));
  });
  router.delete('/requests', (_req, res) => {
    requestLog.clear();
    res.status(204).end();
  });

  router.get('/faults', (_req, res) => {
    res.json(faults.list());
  });
  router.post('/faults', (req, res) => {
    const fault = faultSchema.safeParse(req.body);
    if (!fault.success) {
      return refuse(res, fault.error);
    }
    if (fault.data.route !== '*' && !deps.templates.includes(fault.data.route)) {
      const error = `route ${fault.data.route} is not one of: *, ${deps.templates.join(', ')}`;
      res.status(400).json({ error });
      return;
    }
    res.status(201).json(faults.add(fault.data));
  });
  /** What the faults have spent of the error budget is given back, so that a drill need not wait for its window. */
  router.delete('/faults', (_req, res) => {
    faults.clear();
    errorLimit.reset();
    res.status(204).end();
  });

  router.use((_req, res) => {
    res.status(404).json({ error: 'No such route under /__sandbox' });
  });
  router.use(reportUnreadableBody);
  return router;
}

function sendTruth(req: Request, res: Response, { world, generations, bidStamps, clock }: ControlDeps): void {
  const tell = (regionId: number): unknown => tellTruth(regionId, generations, bidStamps, clock);
  if (req.query['region_id'] === undefined) {
    res.json(world.regionIds.map(tell));
    return;
  }
  const regionId = readId(req.query['region_id']);
  if (regionId === undefined || !world.regionIds.includes(regionId)) {
    res.status(400).json({ error: `region_id is not a region of this world: ${req.originalUrl}` });
    return;
  }
  res.json(tell(regionId));
}

function describeClock(clock: Clock): { now: string; rate: number } {
  return { now: new Date(clock.now()).toISOString(), rate: clock.rate };
}

function refuse(res: Response, error: z.ZodError): void {
  res.status(400).json({ error: z.prettifyError(error) });
}

function allowLoopbackOnly(req: Request, res: Response, next: NextFunction): void {
  const address = (req.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (address === '::1' || address.startsWith('127.')) {
    next();
    return;
  }
  res.status(403).json({ error: 'The controls of the sandbox answer on loopback only' });
}

/** Express passes the errors of its body parser here; they carry the status to answer with. */
function reportUnreadableBody(
  error: Error & { status?: number },
  _req: Request,
  res: Response,
  _next: NextFunction,
): void {
  res.status(error.status ?? 500).json({ error: error.message });
}
