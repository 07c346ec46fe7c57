import type { RequestHandler } from 'express';
import type { ApiMetrics } from '../../metrics.js';
import type { RouteLabels } from '../route-labels.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Measures each request from its first handler to the end of its answer. */
export function requestMetrics({ httpRequestDuration }: ApiMetrics, labels: RouteLabels): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const { method, path } = request;
    response.on('close', () => {
      // How long a stream was open says nothing of how fast answers are; streams have metrics of their own.
      if (String(response.getHeader('content-type')).startsWith('text/event-stream')) {
        return;
      }
      httpRequestDuration.observe(
        {
          method: METHODS.has(method) ? method : 'other',
          route: labels.of(path),
          // The client went away before it had its answer.
          status: response.writableFinished ? String(response.statusCode) : 'aborted',
        },
        (performance.now() - startedAt) / 1000,
      );
    });
    next();
  };
}
