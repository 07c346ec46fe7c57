import type { IncomingMessage, ServerResponse } from 'node:http';
import { setHeaders, type Exchange } from '../exchange.js';
import { varyWith } from '../vary-with.js';

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

const PREFLIGHT_VARIES_BY = 'Access-Control-Request-Method, Access-Control-Request-Headers';
/** The longest that any browser keeps it: two hours. */
const PREFLIGHT_SECONDS = 7_200;

/** Where scripts of other sites have something to read. */
const OPEN_PATHS = /^\/(api|openapi\.json)(\/|$)/i;

/**
 * Lets scripts of the given origins read answers; `*` means of any. Never with credentials: the session cookie is
 * SameSite=Strict, so no other site could send it, and programs have bearer tokens. What it returns says whether the
 * request was a preflight, which is answered with that.
 */
export function cors(origins: readonly string[]) {
  const isOpen = origins.includes('*');
  return (request: IncomingMessage, response: ServerResponse, exchange: Exchange): 'answered' | 'passed' => {
    if (origins.length === 0 || !OPEN_PATHS.test(exchange.path)) {
      return 'passed';
    }
    const { origin } = request.headers;
    const isAllowed = origin !== undefined && (isOpen || origins.includes(origin));
    if (!isOpen) {
      response.setHeader('Vary', varyWith(response, 'Origin'));
    }
    if (!isAllowed) {
      return 'passed';
    }
    response.setHeader('Access-Control-Allow-Origin', isOpen ? '*' : origin);
    response.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      return 'passed';
    }
    setHeaders(response, exchange);
    answerPreflight(response);
    return 'answered';
  };
}

function answerPreflight(response: ServerResponse): void {
  response.setHeader('Vary', varyWith(response, PREFLIGHT_VARIES_BY));
  response.setHeader('Access-Control-Allow-Methods', ALLOWED_METHODS);
  response.setHeader('Access-Control-Allow-Headers', ALLOWED_HEADERS);
  response.setHeader('Access-Control-Max-Age', PREFLIGHT_SECONDS);
  response.statusCode = 204;
  response.end();
}
