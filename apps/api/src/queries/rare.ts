import { joinSql, literal, sql, type Database, type Sql } from '@hangar-bay/database';
import { scopeOf, whereItem, type ContractFilterValues } from './contract-filters.js';
import { isIncluded } from './filters/filter.js';
import { TERM_FILTERS } from './filters/items.js';
import { selectFound } from './filters/text.js';

/** So many items, or texts, lead to their contracts within some 10 ms. */
const RARE = 2_000;

/** Which filters are met by few contracts. The planner cannot know: its guess can be wrong by a thousand times. */
export interface Rare {
  /** The types that are asked for, by any of their filters. */
  readonly types: boolean;
  readonly text: boolean;
}

const NOTHING_IS_RARE: Rare = { types: false, text: false };

/** By the indexes of types and texts, within some milliseconds. No statement where neither is asked for. */
export async function findRare(db: Database, filters: ContractFilterValues): Promise<Rare> {
  const scope = scopeOf(filters);
  const ofType = whereItem(filters, { without: TERM_FILTERS });
  if (ofType.length === 0 && filters.q === undefined) {
    return NOTHING_IS_RARE;
  }
  const items = sql`contract_items item WHERE ${joinSql([isIncluded(scope), ...ofType], ' AND ')}`;
  const areTypesRare = ofType.length === 0 ? sql`FALSE` : isRare(items);
  const isTextRare =
    filters.q === undefined ? sql`FALSE` : isRare(sql`(${selectFound(filters.q, scope)}) found`);
  const [row] = await db.$readRows<Rare[]>(sql`SELECT ${areTypesRare} AS types, ${isTextRare} AS text`);
  return row ?? NOTHING_IS_RARE;
}

const isRare = (from: Sql) => sql`NOT EXISTS (SELECT FROM ${from} OFFSET ${literal(RARE)})`;
