import { LRUCache } from 'lru-cache';
import type { ContractFilterValues } from '../queries/contract-filters.js';
import { findRare, mayBeRare, type Rare } from '../queries/rare.js';
import type { Reader } from '../queries/read-in-time.js';
import { canonicalKey } from './canonical-key.js';

const MAX_FREQUENT = 1_000;
const FREQUENT_FOR_MS = 60_000;

/**
 * Which filters are met by few contracts. What many meet is remembered for a minute: it decides how a list is searched,
 * and nothing of what is in it. What is found by a rare text is never kept.
 */
export interface Rarity {
  find(db: Reader, filters: ContractFilterValues): Promise<Rare>;
}

export function createRarity(): Rarity {
  const frequentUntil = new LRUCache<string, number>({ max: MAX_FREQUENT });
  const isFrequent = (key: string) => (frequentUntil.get(key) ?? -Infinity) > performance.now();
  const noteFrequent = (key: string) => frequentUntil.set(key, performance.now() + FREQUENT_FOR_MS);

  return {
    async find(db, filters) {
      const { status, q, type_id, group_id, market_group_id } = filters;
      const types = canonicalKey('types', { status, type_id, group_id, market_group_id });
      const text = canonicalKey('text', { status, q });
      const may = mayBeRare(filters);
      const asked = {
        types: may.types && !isFrequent(types),
        text: may.text && !isFrequent(text),
      };
      const rare = await findRare(db, filters, asked);
      if (asked.types && !rare.types) {
        noteFrequent(types);
      }
      if (asked.text && rare.withText === null) {
        noteFrequent(text);
      }
      return rare;
    },
  };
}
