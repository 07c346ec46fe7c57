import type { ServerResponse } from 'node:http';
import type { Logger } from '@hangar-bay/runtime';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { DatabaseRefusedError } from '../../queries/database-problem.js';
import { exchangeOf, setHeaders } from '../exchange.js';
import { Problem, describeProblem } from '../problem.js';
import { toProblem } from '../to-problem.js';

export function errorHandler(logger: Logger): ErrorRequestHandler {
  // Express knows a handler of errors by its four parameters.
  return (error: unknown, _request, response, _next) => answerError(logger, error, response);
}

/** Answers with the problem that was thrown; what is our fault goes to the log with its cause. */
export function answerError(logger: Logger, error: unknown, response: ServerResponse): void {
  if (response.writableEnded) {
    // Answered already: the deadline came first, and its line is in the log.
    return;
  }
  const problem = toProblem(error);
  // What an operator has switched off is as it should be; a database that is not asked was told of when it went away.
  const isToldOf = problem.code === 'switched_off' || error instanceof DatabaseRefusedError;
  if (problem.status >= 500 && !isToldOf) {
    logger.error('request failed', { method: exchangeOf(response).method, path: pathOf(response), error });
  }
  if (response.headersSent) {
    // The answer is cut off, which is all that can still be said.
    response.destroy();
    return;
  }
  sendProblem(response, problem);
}

export function notFound(): RequestHandler {
  return (_request, response) => {
    throw new Problem(
      'not_found',
      `There is nothing at ${pathOf(response)}. The routes are listed at /docs.`,
    );
  };
}

/** Behind all handlers of a path: any method that none of them took. */
export function methodNotAllowed(...allowed: readonly string[]): RequestHandler {
  const allow = [...allowed, 'OPTIONS'].join(', ');
  return (request, response) => {
    if (request.method === 'OPTIONS') {
      response.set('Allow', allow).status(204).end();
      return;
    }
    throw new Problem('method_not_allowed', `${request.method} is not possible here; ${allow} are.`, {
      headers: { Allow: allow },
    });
  };
}

/** Answers with a problem. */
export function sendProblem(response: ServerResponse, problem: Problem): void {
  const exchange = exchangeOf(response);
  const { requestId } = exchange;
  const body = Buffer.from(
    JSON.stringify(describeProblem(problem, { instance: pathOf(response), requestId })),
  );
  setHeaders(response, exchange);
  const headers = {
    'Cache-Control': 'no-store',
    ...problem.headers,
    'Content-Type': 'application/problem+json; charset=utf-8',
    'Content-Length': body.length,
  };
  response.statusCode = problem.status;
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, value);
  }
  response.end(body);
}

/** The path that was asked for, at a length that fits a log. */
export function pathOf(response: ServerResponse): string {
  return exchangeOf(response).path.slice(0, 500);
}
