import type { ServerResponse } from 'node:http';

/** The Vary of an answer that depends on these headers of the request too, beside those that were said before. */
export function varyWith(response: ServerResponse, names: string): string {
  const before = response.getHeader('Vary');
  return before === undefined ? names : `${String(before)}, ${names}`;
}
