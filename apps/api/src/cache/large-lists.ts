import { LRUCache } from 'lru-cache';
import type { DataVersion } from './data-version.js';

const MAX_LISTS = 1_000;

interface Counted {
  /** How many were found beside those that are told of: 0 where all are told of, or where nothing was counted. */
  readonly beyond: number;
}

/**
 * Which lists are too large to be counted to their end. A list stays large until as many contracts have left some list
 * as were found in it beyond those that are told of; it need not be counted before.
 */
export interface LargeLists {
  /** What `count` gives, which is told whether the list is known to be large. */
  count<Count extends Counted>(key: string, count: (isLarge: boolean) => Promise<Count>): Promise<Count>;
}

export function createLargeLists(version: Pick<DataVersion, 'departures'>): LargeLists {
  /** How many departures there will have been when a list may no longer be large. */
  const largeUntil = new LRUCache<string, number>({ max: MAX_LISTS });

  return {
    async count(key, count) {
      const departures = version.departures();
      const isLarge = departures !== null && departures < (largeUntil.get(key) ?? -Infinity);
      const counted = await count(isLarge);
      if (departures !== null && counted.beyond > 0) {
        largeUntil.set(key, departures + counted.beyond);
      }
      return counted;
    },
  };
}
