import type { Logger } from '@hangar-bay/runtime';
import type { RequestHandler } from 'express';
import { Problem } from '../problem.js';
import { pathOf, sendProblem } from './error-handler.js';

/**
 * Answers with 503 when a route has not begun to answer in time, whatever it waits for. The limits of the database end
 * the work itself soon after.
 */
export function deadline(logger: Logger, milliseconds: number): RequestHandler {
  return (request, response, next) => {
    const timer = setTimeout(() => {
      if (!response.headersSent) {
        logger.error('request failed', {
          method: request.method,
          path: pathOf(request.originalUrl),
          reason: 'deadline',
        });
        sendProblem(
          request,
          response,
          new Problem('unavailable', 'The answer took too long. Narrow it down, or try again in a moment.', {
            headers: { 'Retry-After': '5' },
          }),
        );
      }
    }, milliseconds);
    response.once('close', () => clearTimeout(timer));
    next();
  };
}
