import type { Logger } from '@hangar-bay/runtime';
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { Problem, describeProblem } from '../problem.js';
import { DatabaseRefusedError } from '../../queries/database-problem.js';
import { toProblem } from '../to-problem.js';
import { requestIdOf } from './request-context.js';

/** Answers with the problem that was thrown; what is our fault goes to the log with its cause. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.writableEnded) {
      // Answered already: the deadline came first, and its line is in the log.
      return;
    }
    const problem = toProblem(error);
    // What an operator has switched off is as it should be; a database that is not asked was told of when it went away.
    const isToldOf = problem.code === 'switched_off' || error instanceof DatabaseRefusedError;
    if (problem.status >= 500 && !isToldOf) {
      logger.error('request failed', { method: request.method, path: pathOf(request.originalUrl), error });
    }
    if (response.headersSent) {
      // The answer is cut off, which is all that can still be said.
      next(error);
      return;
    }
    sendProblem(request, response, problem);
  };
}

export function notFound(): RequestHandler {
  return (request) => {
    throw new Problem(
      'not_found',
      `There is nothing at ${pathOf(request.originalUrl)}. The routes are listed at /docs.`,
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
export function sendProblem(request: Request, response: Response, problem: Problem): void {
  const instance = pathOf(request.originalUrl);
  response
    .status(problem.status)
    .set({ 'Cache-Control': 'no-store', ...problem.headers })
    .type('application/problem+json')
    .send(JSON.stringify(describeProblem(problem, { instance, requestId: requestIdOf(response) })));
}

/** The path of a URL, at a length that fits a log. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0]?.slice(0, 500) ?? '';
}
