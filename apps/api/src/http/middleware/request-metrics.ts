import type { ServerResponse } from 'node:http';
import type { ApiMetrics } from '../../metrics.js';
import type { Exchange } from '../exchange.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Measures each request from its beginning to the end of its answer; called at the end. */
export function requestMetrics({ httpRequestDuration }: ApiMetrics) {
  return (response: ServerResponse, { method, route, startedAt }: Exchange): void => {
    // How long a stream was open says nothing of how fast answers are; streams have metrics of their own.
    if (String(response.getHeader('content-type')).startsWith('text/event-stream')) {
      return;
    }
    httpRequestDuration.observe(
      {
        method: METHODS.has(method) ? method : 'other',
        route,
        // The client went away before it had its answer.
        status: response.writableFinished ? String(response.statusCode) : 'aborted',
      },
      (performance.now() - startedAt) / 1000,
    );
  };
}
