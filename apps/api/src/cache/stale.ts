import type { DataVersion } from './data-version.js';

/** Answers are given again for so long after they were last known to be right, while the database does not answer. */
const STALE_UNTIL_MS = 600_000;

/** What is known of an answer that is kept. */
export interface KeptSince {
  readonly version: number;
  /** By the monotonic clock, in milliseconds. */
  readonly producedAt: number;
  /** The answer follows from the data alone, so that it is right as long as its version is. */
  readonly endsWithVersion: boolean;
}

/** How long ago it was last known to be right, in milliseconds; null where that is too long to give it again. */
export function staleForMs(kept: KeptSince, known: ReturnType<DataVersion['known']>): number | null {
  const sinceProducedMs = performance.now() - kept.producedAt;
  const isAsLastKnown = kept.endsWithVersion && known?.version === kept.version;
  const ageMs = isAsLastKnown ? Math.min(known.agoMs, sinceProducedMs) : sinceProducedMs;
  return ageMs <= STALE_UNTIL_MS ? ageMs : null;
}

/**
 * Says that an answer may be out of date, and since when. Caches may keep it, but ask again each time. Its entity tag
 * is that of its bytes, as ever: a 304 says that the client has what is to be had, and has these marks too.
 */
export const staleHeaders = (staleMs: number): string[] => [
  'Warning',
  '110 - "Response is Stale"',
  'Age',
  String(Math.ceil(staleMs / 1000)),
  'Cache-Control',
  'public, max-age=0',
];
