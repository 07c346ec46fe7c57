import type { Exchange } from '../exchange.js';
import { Problem } from '../problem.js';

const MAX_URL_BYTES = 8 * 1024;

/** Long enough for every list of 100 values. @throws Problem */
export function limitUrl({ url }: Exchange): void {
  if (Buffer.byteLength(url) > MAX_URL_BYTES) {
    throw new Problem('url_too_long', `A URL has at most ${MAX_URL_BYTES} bytes.`);
  }
}
