import { setMaxListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdmission, createEntrance, type AdmissionDeps } from './admission.js';
import express, { json, type Express, type NextFunction, type Request, type Response } from 'express';
import { createClock } from './clock.js';
import type { SandboxConfig } from './config.js';
import { createErrorLimit } from './error-limit.js';
import { createAnswers, type Answers } from './exchange.js';
import { createFaults } from './faults/faults.js';
import { createGenerations } from './generations.js';
import { createNames } from './names.js';
import { createEmptyReplay, loadReplay } from './replay.js';
import { createRequestLog } from './request-log.js';
import { createContractRoutes } from './routes/contracts.js';
import { createControl } from './routes/control.js';
import { createDogmaRoutes } from './routes/dogma.js';
import { createMetaRoutes } from './routes/meta.js';
import type { Route } from './routes/route.js';
import { createUniverseRoutes } from './routes/universe.js';
import { createStamps } from './stamps.js';
import { loadStaticData } from './static-data.js';
import { createTokenBucket, type TokenBucket } from './token-bucket.js';
import { createUniverse } from './universe.js';
import { createWorld } from './world/world.js';

const ABYSSAL_META_GROUP = 15;
const BIDS_SECONDS = 300;
const BUCKET_WINDOW_SECONDS = 900;

export interface SandboxApp {
  /** Resolves when the sandbox answers. */
  start(): Promise<{ url: string; port: number }>;
  /** Breaks open connections and frees the port. */
  stop(): Promise<void>;
}

/** A stand-in for ESI: its routes, its caching, its limits, and a world of contracts that moves. */
export function createSandboxApp(config: SandboxConfig): SandboxApp {
  const stopping = new AbortController();
  // Every delayed answer listens to it; ten, Node's default, is no sign of a leak here.
  setMaxListeners(0, stopping.signal);
  let server: Server | undefined;

  return {
    start: async () => {
      const listening = createServer(assemble(config, stopping.signal));
      server = listening;
      await new Promise<void>((resolve, reject) => {
        listening.once('error', reject);
        listening.listen(config.port, config.host, resolve);
      });
      const { port } = listening.address() as AddressInfo;
      return { url: `http://${config.host}:${port}`, port };
    },
    stop: async () => {
      stopping.abort();
      const closing = server;
      server = undefined;
      if (closing !== undefined) {
        const closed = new Promise((resolve) => closing.close(resolve));
        closing.closeAllConnections();
        await closed;
      }
    },
  };
}

function assemble(config: SandboxConfig, stopping: AbortSignal): Express {
  const data = loadStaticData();
  const clock = createClock(config.startAt ?? new Date(), config.clockRate);
  const replay =
    config.replayDir === undefined ? createEmptyReplay() : loadReplay(config.replayDir, clock.now(), data);
  const world = createWorld(config.seed, config.contracts, data, replay);
  const universe = createUniverse(data, replay);
  const generations = createGenerations(world, clock, config.seed, config.generationSeconds);
  const errorLimit = createErrorLimit();
  const requestLog = createRequestLog(clock);
  const answers = createAnswers(clock, errorLimit, requestLog);
  const faults = createFaults(config.seed);
  const bidStamps = createStamps(clock, BIDS_SECONDS);
  const isMutated = (typeId: number): boolean => data.types.get(typeId)?.meta_group_id === ABYSSAL_META_GROUP;

  const worldRoutes = [
    ...createContractRoutes({
      answers,
      bidStamps,
      clock,
      generations,
      generationSeconds: config.generationSeconds,
      requestLog,
      world,
    }),
    ...createUniverseRoutes({ answers, clock, universe, names: createNames(universe, replay) }),
    ...createDogmaRoutes({ answers, clock, isMutated, replay, world }),
  ];
  const routes = [...worldRoutes, ...createMetaRoutes({ answers, clock, routes: worldRoutes })];
  const admission = { answers, errorLimit, faults, requestLog, latencyMs: config.latencyMs, stopping };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.enable('strict routing');
  app.enable('case sensitive routing');
  const templates = routes.map((route) => route.template);
  app.use(
    '/__sandbox',
    createControl({ bidStamps, clock, errorLimit, faults, generations, requestLog, templates, world }),
  );
  app.use(createEntrance(admission));
  addRoutes(app, routes, admission, config);
  app.use((_req: Request, res: Response) => answers.sendError(res, 404, 'Not found'));
  app.use(reportFailure(answers));
  return app;
}

function addRoutes(app: Express, routes: readonly Route[], deps: AdmissionDeps, config: SandboxConfig): void {
  const readJson = json({ limit: '1mb', strict: false });
  const buckets = createBuckets(config);
  for (const route of routes) {
    const path = route.template.replaceAll(/\{(\w+)\}/g, ':$1');
    app[route.method](path, createAdmission(route.template, buckets(route), deps), readJson, route.handle);
  }
}

/** One bucket per group: ESI's own for some routes; for the others by first path segment, where configured. */
function createBuckets({ tokenBucket }: SandboxConfig): (route: Route) => TokenBucket | undefined {
  const buckets = new Map<string, TokenBucket>();
  return ({ template, bucket }) => {
    const group = bucket?.group ?? `sandbox-${template.split('/')[1]}`;
    const size =
      bucket === undefined ? tokenBucket : { tokens: bucket.tokens, windowSeconds: BUCKET_WINDOW_SECONDS };
    if (size === undefined) {
      return undefined;
    }
    const known = buckets.get(group) ?? createTokenBucket(group, size);
    buckets.set(group, known);
    return known;
  };
}

/** Unreadable bodies are the client's fault; anything else is a defect of the sandbox, and answers 500. */
function reportFailure(answers: Answers) {
  return (error: Error & { status?: number }, _req: Request, res: Response, next: NextFunction): void => {
    if (res.headersSent) {
      return next(error);
    }
    answers.sendError(res, error.status ?? 500, error.message);
  };
}
