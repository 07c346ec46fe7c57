import { joinSql, sql, whole, type Database } from '@hangar-bay/database';
import { scopeOf, whereItem, type ContractFilterValues } from './contract-filters.js';
import { isIncluded } from './filters/filter.js';
import { FILTERS_BY_TYPE } from './filters/items.js';

/** So many items lead to their contracts within some 10 ms. */
const RARE = 2_000;

/** Whether the filters ask for types of which there are few items: by the index of types, within a millisecond. */
export async function areItemsRare(db: Database, filters: ContractFilterValues): Promise<boolean> {
  if (FILTERS_BY_TYPE.every((name) => filters[name] === undefined)) {
    return false;
  }
  const conditions = [isIncluded(scopeOf(filters)), ...whereItem(filters)];
  const [row] = await db.$readRows<{ is_rare: boolean }[]>(sql`
    SELECT NOT EXISTS (SELECT FROM contract_items item WHERE ${joinSql(conditions, ' AND ')}
      OFFSET ${whole(RARE)}) AS is_rare`);
  return row?.is_rare === true;
}
