/** Header values as axios gives them, names in lower case. */
export type Headers = Readonly<Record<string, unknown>>;

const A_DAY = 86_400;

/**
 * For how long ESI's cache holds an answer, in seconds, from the answer's own headers and never the local clock:
 * `max-age − Age`, else `Expires − Date`. Before that the same thing must not be asked for again.
 *
 * `fallbackSeconds`, the route's documented lifetime, stands in for headers that are missing or not readable.
 */
export function readFreshSeconds(headers: Headers, fallbackSeconds: number): number {
  const maxAge = /(?:^|[\s,])max-age=(\d{1,9})\b/.exec(text(headers['cache-control']) ?? '')?.[1];
  if (maxAge !== undefined) {
    const age = Number(text(headers['age']) ?? 0);
    return clamp(Number(maxAge) - (Number.isFinite(age) ? age : 0));
  }
  const expires = readDate(headers['expires']);
  const date = readDate(headers['date']);
  return expires && date ? clamp((expires.getTime() - date.getTime()) / 1000) : fallbackSeconds;
}

/** An HTTP date, or null where it is missing or not readable. */
export function readDate(header: unknown): Date | null {
  const time = Date.parse(text(header) ?? '');
  return Number.isNaN(time) ? null : new Date(time);
}

/** The whole ETag, weak or strong. */
export function readEtag(headers: Headers): string | null {
  return text(headers['etag']) ?? null;
}

/** X-Pages; 1 where it is missing or nonsense. */
export function readPageCount(headers: Headers): number {
  const pages = Number(text(headers['x-pages']) ?? 1);
  return Number.isInteger(pages) && pages >= 1 && pages <= 10_000 ? pages : 1;
}

function clamp(seconds: number): number {
  return Math.min(Math.max(seconds, 0), A_DAY);
}

function text(header: unknown): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined;
}
