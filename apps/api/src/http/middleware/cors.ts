import type { RequestHandler, Response } from 'express';

/** What a script of another site may read, beside what every script may. */
const EXPOSED_HEADERS = [
  'Age',
  'ETag',
  'Last-Modified',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'Warning',
  'X-Request-Id',
].join(', ');

const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, DELETE';
const ALLOWED_HEADERS = [
  'Accept',
  'Authorization',
  'Cache-Control',
  'Content-Type',
  'Idempotency-Key',
  'If-Modified-Since',
  'If-None-Match',
  'Last-Event-ID',
  'X-Request-Id',
].join(', ');

/** The longest that any browser keeps it: two hours. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Lets scripts of the given origins read answers; `*` means of any. Never with credentials: the session cookie is
 * SameSite=Strict, so no other site could send it, and programs have bearer tokens.
 */
export function cors(origins: readonly string[]): RequestHandler {
  const isOpen = origins.includes('*');
  return (request, response, next) => {
    if (origins.length === 0) {
      next();
      return;
    }
    const origin = request.get('origin');
    const isAllowed = origin !== undefined && (isOpen || origins.includes(origin));
    if (!isOpen) {
      response.vary('Origin');
    }
    if (isAllowed) {
      response.set('Access-Control-Allow-Origin', isOpen ? '*' : origin);
      response.set('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    }
    const isPreflight =
      request.method === 'OPTIONS' && request.get('access-control-request-method') !== undefined;
    if (isAllowed && isPreflight) {
      answerPreflight(response);
      return;
    }
    next();
  };
}

function answerPreflight(response: Response): void {
  response
    .vary('Access-Control-Request-Method, Access-Control-Request-Headers')
    .set({
      'Access-Control-Allow-Methods': ALLOWED_METHODS,
      'Access-Control-Allow-Headers': ALLOWED_HEADERS,
      'Access-Control-Max-Age': String(PREFLIGHT_SECONDS),
    })
    .status(204)
    .end();
}
