import type { Options } from '../options.js';

/** The markets that subjects read: `quick` keeps the shape and shrinks the numbers. */
export function sizesOf({ quick }: Options) {
  return quick
    ? {
        market: { contracts: 10_000, outstanding: 10_000 },
        withHistory: { contracts: 100_000, outstanding: 10_000 },
        allOutstanding: { contracts: 100_000, outstanding: 100_000 },
      }
    : {
        market: { contracts: 50_000, outstanding: 50_000 },
        withHistory: { contracts: 1_000_000, outstanding: 50_000 },
        allOutstanding: { contracts: 1_000_000, outstanding: 1_000_000 },
      };
}

/** Nothing is kept: every request does its work. */
export const NOT_CACHED = { RESPONSE_CACHE_MB: '0' };
