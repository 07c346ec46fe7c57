import { joinSql, literal, prepared, sql } from '@hangar-bay/database';
import { scopeOf, whereItem, type ContractFilterValues } from './contract-filters.js';
import { isIncluded } from './filters/filter.js';
import { TOLD_FILTERS } from './filters/items.js';
import { patternOf, selectFound } from './filters/text.js';
import type { Reader } from './read-in-time.js';
import { readOne } from './read-one.js';

/** So many items, or texts, lead to their contracts within some 10 ms. */
const RARE = 2_000;

/** Without three in a row the indexes of trigrams lead nowhere: it would take as long as to find them all. */
const HAS_TRIGRAM = /[\p{L}\p{N}]{3}/u;

/** Which filters are met by few contracts. The planner cannot know: its guess can be wrong by a thousand times. */
export interface Rare {
  /** The types that are asked for, by any of their filters. */
  readonly types: boolean;
  /** Ids of the contracts that hold the text, some more than once; null where they are many, or none is asked for. */
  readonly withText: readonly string[] | null;
}

export const NOTHING_IS_RARE: Rare = { types: false, withText: null };

/** What may be rare among the filters. */
export interface MayBeRare {
  readonly types: boolean;
  readonly text: boolean;
}

export function mayBeRare(filters: ContractFilterValues): MayBeRare {
  return {
    types: whereItem(filters, { without: TOLD_FILTERS }).length > 0,
    text: filters.q !== undefined && HAS_TRIGRAM.test(filters.q),
  };
}

/** By the indexes of types and texts, within some milliseconds. One statement, or none where nothing may be rare. */
export async function findRare(db: Reader, filters: ContractFilterValues, may: MayBeRare): Promise<Rare> {
  if (!may.types && !may.text) {
    return NOTHING_IS_RARE;
  }
  const scope = scopeOf(filters);
  const conditions = joinSql([isIncluded(scope), ...whereItem(filters, { without: TOLD_FILTERS })], ' AND ');
  const areItemsFew = sql`NOT EXISTS (SELECT FROM contract_items item WHERE ${conditions} OFFSET ${literal(RARE)})`;
  // Of a text alone planning is most of the work, and always the same.
  const keepsItsPlan = !may.types;
  const text = patternOf(filters.q ?? '');
  const pattern = keepsItsPlan ? sql`(SELECT ${text}::text)` : sql`${text}`;
  const found = sql`ARRAY(${selectFound(pattern, scope)} LIMIT ${literal(RARE + 1)})`;
  const statement = sql`
    SELECT ${may.types ? areItemsFew : sql`FALSE`} AS types, ${may.text ? found : sql`NULL`} AS "withText"`;
  const { types, withText } = await readOne<Rare>(db, keepsItsPlan ? prepared(statement) : statement);
  return { types, withText: (withText?.length ?? 0) > RARE ? null : withText };
}
