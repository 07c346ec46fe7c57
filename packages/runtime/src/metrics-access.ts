import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';

/** `token`: the bearer token is missing or wrong. `remote`: without a token, only this machine may read. */
export type MetricsRefusal = 'token' | 'remote';

/** Whether a request may read metrics: with the token where there is one, else from this machine alone. */
export function refuseMetricsReader(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  token: string | undefined,
): MetricsRefusal | null {
  if (token !== undefined) {
    const [, given] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
    return given !== undefined && timingSafeEqual(digest(given), digest(token)) ? null : 'token';
  }
  // By the connection itself. A proxy on this machine brings others along, and says so.
  const isForwarded = headers['forwarded'] !== undefined || headers['x-forwarded-for'] !== undefined;
  return isForwarded || !isLoopback(socket.remoteAddress ?? '') ? 'remote' : null;
}

export function isLoopback(address: string): boolean {
  const bare = address.replace(/^::ffff:/i, '');
  return bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

/** Of equal length, as the comparison needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
