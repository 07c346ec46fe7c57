import { randomUUID } from 'node:crypto';
import { withCorrelation } from '@hangar-bay/runtime';
import type { RequestHandler, Response } from 'express';

const SANE_ID = /^[\w.:-]{1,100}$/;

/** Takes the caller's X-Request-Id where it is sane, and gives the answer and every log line one. */
export function requestContext(): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id') ?? '';
    const requestId = SANE_ID.test(given) ? given : randomUUID();
    response.locals['requestId'] = requestId;
    response.set('X-Request-Id', requestId);
    withCorrelation({ request_id: requestId }, next);
  };
}

export function requestIdOf(response: Response): string {
  return String(response.locals['requestId']);
}
