import type { ServerResponse } from 'node:http';
import type { Logger } from '@hangar-bay/runtime';
import type { RequestHandler } from 'express';
import { exchangeOf } from '../exchange.js';
import { Problem } from '../problem.js';
import { pathOf, sendProblem } from './error-handler.js';

/** Every request of the API has an answer within two seconds. */
export const ANSWER_WITHIN_MS = 1_900;

/** Passwords take their time on purpose, and operators' actions wait for the queues. */
export const OPERATORS_WITHIN_MS = 10_000;

export function deadline(logger: Logger, milliseconds: number): RequestHandler {
  return (_request, response, next) => {
    startDeadline(logger, milliseconds, response);
    next();
  };
}

/**
 * Answers with 503 when a route has not begun to answer in time, whatever it waits for. The limits of the database end
 * the statement at work soon after, and no list begins another.
 */
export function startDeadline(logger: Logger, milliseconds: number, response: ServerResponse): void {
  const exchange = exchangeOf(response);
  clearTimeout(exchange.deadline);
  exchange.deadline = setTimeout(() => {
    if (!response.headersSent) {
      logger.error('request failed', {
        method: exchange.method,
        path: pathOf(response),
        reason: 'deadline',
      });
      sendProblem(
        response,
        new Problem('unavailable', 'The answer took too long. Narrow it down, or try again in a moment.', {
          headers: { 'Retry-After': '5' },
        }),
      );
    }
  }, milliseconds);
}
