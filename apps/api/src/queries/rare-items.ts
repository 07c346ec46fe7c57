import { joinSql, literal, sql } from '@hangar-bay/database';
import type { Ask } from './ask-in-time.js';
import { scopeOf, whereItem, type ContractFilterValues } from './contract-filters.js';
import { isIncluded } from './filters/filter.js';
import { TERM_FILTERS } from './filters/items.js';

/** So many items lead to their contracts within some 10 ms. */
const RARE = 2_000;

/** Whether the filters ask for types of which there are few items: by the index of types, within some milliseconds. */
export async function areItemsRare(ask: Ask, filters: ContractFilterValues): Promise<boolean> {
  const ofType = whereItem(filters, { without: TERM_FILTERS });
  if (ofType.length === 0) {
    return false;
  }
  const conditions = joinSql([isIncluded(scopeOf(filters)), ...ofType], ' AND ');
  const [row] = await ask<{ is_rare: boolean }>(sql`
    SELECT NOT EXISTS (SELECT FROM contract_items item WHERE ${conditions}
      OFFSET ${literal(RARE)}) AS is_rare`);
  return row?.is_rare === true;
}
