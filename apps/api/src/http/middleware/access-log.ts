import type { Logger } from '@hangar-bay/runtime';
import { withCorrelation } from '@hangar-bay/runtime';
import type { RequestHandler } from 'express';
import { requestIdOf } from './request-context.js';

const MAX_LENGTH = 500;

/** One line per request, when it is over. Probes come too often to be worth more than `debug`. */
export function accessLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now();
    const { method, originalUrl } = request;
    const address = request.ip;
    const [path = '', query] = originalUrl.slice(0, MAX_LENGTH).split('?', 2);
    response.on('close', () => {
      const fields = {
        method,
        path,
        ...(query === undefined ? {} : { query }),
        status: response.statusCode,
        duration_ms: Math.round(performance.now() - startedAt),
        bytes: Number(response.get('content-length') ?? 0),
        address,
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      // The event can come from outside of the request's context.
      withCorrelation({ request_id: requestIdOf(response) }, () => {
        logger[path.startsWith('/health/') ? 'debug' : 'info']('request', fields);
      });
    });
    next();
  };
}
