import type { EsiRoute } from '@hangar-bay/domain';
import { EsiError } from './esi-error.js';

/** Header values as axios gives them, names in lower case. */
export type Headers = Readonly<Record<string, unknown>>;

const A_DAY = 86_400;
const MAX_PAGES = 10_000;

/**
 * For how long ESI's cache holds an answer, in seconds, from the answer's own headers and never the local clock:
 * `max-age − Age`, else `Expires − Date`. Before that the same thing must not be asked for again.
 *
 * `fallbackSeconds`, the route's documented lifetime, stands in for headers that are missing or not readable.
 */
export function readFreshSeconds(headers: Headers, fallbackSeconds: number): number {
  const maxAge = /(?:^|[\s,])max-age=(\d{1,9})\b/i.exec(text(headers['cache-control']) ?? '')?.[1];
  if (maxAge !== undefined) {
    const age = Number(text(headers['age']));
    return clamp(Number(maxAge) - (age > 0 ? age : 0));
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

/**
 * X-Pages, at least 1; null where it is missing.
 * @throws EsiError `invalid` where it is nonsense: with a smaller number, pages that are there would pass for absent.
 */
export function readPageCount(headers: Headers, route: EsiRoute): number | null {
  const header = text(headers['x-pages']);
  if (header === undefined) {
    return null;
  }
  if (!/^\d{1,5}$/.test(header) || Number(header) > MAX_PAGES) {
    throw new EsiError(`X-Pages is "${header.slice(0, 20)}", which is no number of pages`, {
      kind: 'invalid',
      route,
    });
  }
  return Math.max(Number(header), 1);
}

function clamp(seconds: number): number {
  return Math.min(Math.max(seconds, 0), A_DAY);
}

function text(header: unknown): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined;
}
