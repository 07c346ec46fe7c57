import type { RequestHandler } from 'express';
import { Problem } from '../problem.js';

const MAX_URL_BYTES = 8 * 1024;

/** Long enough for every list of 100 values. */
export function urlLimit(): RequestHandler {
  return (request, _response, next) => {
    if (Buffer.byteLength(request.originalUrl) > MAX_URL_BYTES) {
      throw new Problem('url_too_long', `A URL has at most ${MAX_URL_BYTES} bytes.`);
    }
    next();
  };
}
