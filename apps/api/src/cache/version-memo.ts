import { LRUCache } from 'lru-cache';
import type { DataVersion } from './data-version.js';

/**
 * Values read from the database, each kept for as long as the version of the data that it was read for is the current
 * one. While no version is confirmed nothing is kept or given.
 */
export interface VersionMemo<Key extends string, Value extends object> {
  get(key: Key, read: () => Promise<Value>): Promise<Value>;
}

/** Keeps so many at the most, those that were not asked for the longest go first; 0: it keeps nothing. */
export function createVersionMemo<Key extends string, Value extends object>(
  version: Pick<DataVersion, 'current'>,
  maxEntries: number,
): VersionMemo<Key, Value> {
  if (maxEntries === 0) {
    return { get: (_key, read) => read() };
  }
  const kept = new LRUCache<Key, { readonly at: number; readonly value: Value }>({ max: maxEntries });

  return {
    async get(key, read) {
      const at = version.current();
      if (at === null) {
        return read();
      }
      const entry = kept.get(key);
      if (entry?.at === at) {
        return entry.value;
      }
      const value = await read();
      kept.set(key, { at, value });
      return value;
    },
  };
}
