import { joinSql, literal, sql, type Database } from '@hangar-bay/database';
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
  /** Ids of the contracts that hold the text, some more than once; null where they are many, or none is asked for. */
  readonly withText: readonly string[] | null;
}

/** Without three in a row the indexes of trigrams lead nowhere: it would take as long as to find them all. */
const HAS_TRIGRAM = /[\p{L}\p{N}]{3}/u;

const NOTHING_IS_RARE: Rare = { types: false, withText: null };

/** By the indexes of types and texts, within some milliseconds. No statement where neither is asked for. */
export async function findRare(db: Database, filters: ContractFilterValues): Promise<Rare> {
  const scope = scopeOf(filters);
  const ofType = whereItem(filters, { without: TERM_FILTERS });
  const text = filters.q !== undefined && HAS_TRIGRAM.test(filters.q) ? filters.q : null;
  if (ofType.length === 0 && text === null) {
    return NOTHING_IS_RARE;
  }
  const conditions = joinSql([isIncluded(scope), ...ofType], ' AND ');
  const areItemsFew = sql`NOT EXISTS (SELECT FROM contract_items item WHERE ${conditions} OFFSET ${literal(RARE)})`;
  const withText =
    text === null ? sql`NULL` : sql`ARRAY(${selectFound(text, scope)} LIMIT ${literal(RARE + 1)})`;
  const [row] = await db.$readRows<Rare[]>(sql`
    SELECT ${ofType.length === 0 ? sql`FALSE` : areItemsFew} AS types,
      ${withText} AS "withText"`);
  const found = row ?? NOTHING_IS_RARE;
  return { ...found, withText: (found.withText?.length ?? 0) > RARE ? null : found.withText };
}
