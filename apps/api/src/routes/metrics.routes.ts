import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { Router, type Request } from 'express';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { Problem } from '../http/problem.js';

/** Prometheus' text format, for who has the token, or where there is none, for this machine alone. */
export function metricsRoutes({ config, metrics }: ApiContext): Router {
  const router = Router();
  router
    .route('/')
    .get(async (request, response) => {
      requireReader(request, config.metricsToken);
      const text = await metrics.registry.metrics();
      response.set('Cache-Control', 'no-store').type(metrics.registry.contentType).send(text);
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}

function requireReader(request: Request, token: string | undefined): void {
  if (token === undefined) {
    requireLoopback(request);
    return;
  }
  const [, given] = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
  if (given === undefined || !timingSafeEqual(digest(given), digest(token))) {
    throw new Problem('not_signed_in', 'Send the METRICS_TOKEN of the API as a bearer token.', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  }
}

/** By the connection itself. A proxy on this machine brings others along, and says so. */
function requireLoopback(request: Request): void {
  const isForwarded = ['forwarded', 'x-forwarded-for'].some((name) => request.get(name) !== undefined);
  if (isForwarded || !isLoopback(request.socket.remoteAddress ?? '')) {
    throw new Problem(
      'metrics_refused',
      'Without METRICS_TOKEN in the environment of the API, its metrics are for its own machine alone.',
    );
  }
}

export function isLoopback(address: string): boolean {
  const bare = address.replace(/^::ffff:/i, '');
  return bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

/** Of equal length, as the comparison needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
