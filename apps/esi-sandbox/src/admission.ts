import { setTimeout as delay } from 'node:timers/promises';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { ErrorLimit } from './error-limit.js';
import { exchangeOf, type Answers } from './exchange.js';
import type { Faults } from './faults/faults.js';
import type { RequestLog } from './request-log.js';
import type { TokenBucket } from './token-bucket.js';

export interface AdmissionDeps {
  answers: Answers;
  errorLimit: ErrorLimit;
  faults: Faults;
  requestLog: RequestLog;
  latencyMs: number;
  /** Aborted when the sandbox stops, so that no delayed answer holds it. */
  stopping: AbortSignal;
}

/** Logs the request and applies the error limit, which covers every route, known or not. */
export function createEntrance({
  answers,
  errorLimit,
  requestLog,
  latencyMs,
  stopping,
}: AdmissionDeps): RequestHandler {
  return async (req, res, next) => {
    const entry = requestLog.begin(req.method, req.originalUrl, req.headers['if-none-match']);
    res.locals['exchange'] = { entry, fault: undefined, bucket: undefined };
    if (latencyMs > 0) {
      await delay(latencyMs, undefined, { signal: stopping }).catch(() => undefined);
    }
    if (errorLimit.isExhausted()) {
      answers.sendError(res, 420, 'This software has exceeded the error limit for ESI.');
      return;
    }
    next();
  };
}

/** Applies the token bucket of a route and the faults set on it, before the route's own handler. */
export function createAdmission(
  template: string,
  bucket: TokenBucket | undefined,
  deps: AdmissionDeps,
): RequestHandler {
  const { answers, faults } = deps;
  return async (req, res, next) => {
    const exchange = exchangeOf(res);
    exchange.bucket = bucket;
    const wait = bucket?.retryAfter() ?? 0;
    if (wait > 0) {
      answers.sendError(res, 429, 'Too many requests', { 'Retry-After': String(wait) });
      return;
    }
    exchange.fault = faults.strike(template, req.originalUrl);
    await applyFault(req, res, next, deps);
  };
}

/** Faults that end a request here; the others spoil the answer later. */
async function applyFault(
  req: Request,
  res: Response,
  next: NextFunction,
  { answers, errorLimit, stopping }: AdmissionDeps,
): Promise<void> {
  const fault = exchangeOf(res).fault?.fault;
  switch (fault?.kind) {
    case 'status':
      answers.sendError(
        res,
        fault.status,
        `Fault: status ${fault.status}`,
        fault.retry_after === undefined ? {} : { 'Retry-After': String(fault.retry_after) },
      );
      return;
    case 'timeout':
      return;
    case 'reset':
      req.socket.resetAndDestroy();
      return;
    case 'slow':
      await delay(fault.delay_ms, undefined, { signal: stopping }).catch(() => undefined);
      next();
      return;
    case 'html':
      answers.sendHtml(res, fault.status);
      return;
    case 'error_limit':
      errorLimit.exhaust(fault.seconds);
      answers.sendError(res, 420, 'This software has exceeded the error limit for ESI.');
      return;
    case 'rate_limit':
      answers.sendError(res, 429, 'Too many requests', { 'Retry-After': String(fault.retry_after) });
      return;
    default:
      next();
  }
}
