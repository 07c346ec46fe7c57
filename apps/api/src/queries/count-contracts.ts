import { emptySql, prepared, sql, type Database, type Sql } from '@hangar-bay/database';
import { PLACE_FILTERS_BY_SYSTEM, IS_UNPLACED } from './filters/places.js';
import { selectGeneration } from './generation.js';
import { isUnfiltered } from './contract-filters.js';
import type { Selection } from './contract-query.js';
import { selectMatching, type MatchingOptions } from './select-matching.js';

/** Counting stops here, so that `total` is never the slow part. */
const MAX_COUNTED = 10_000;

/** So many more are looked for, so that a large list stays one for a while; see LargeLists. */
const SPARE = 1_000;

/** What all pages of a list have in common. */
export interface ContractCount {
  readonly total: number;
  readonly total_is_exact: boolean;
  /** So many more were found; 0 where the list is known to be large. */
  readonly beyond: number;
  readonly as_of: Date | null;
  /** Null where no filter asks for a system. */
  readonly unplaced_excluded: number | null;
}

interface CountRow {
  /** Null: it was known. */
  readonly counted: bigint | null;
  readonly as_of: Date | null;
  readonly unplaced: bigint | null;
}

export interface CountOptions {
  /** Whether the list is known to have more than MAX_COUNTED: then it is not counted. */
  readonly isLarge: boolean;
  /** Gives how many match, where facets count them anyway; else null. */
  readonly byFacets: (() => Promise<number>) | null;
}

/** One statement. */
export async function countContracts(
  db: Database,
  query: Selection,
  { isLarge, byFacets }: CountOptions,
): Promise<ContractCount> {
  const known = isLarge ? MAX_COUNTED + 1 : ((await byFacets?.()) ?? null);
  const statement = sql`
    SELECT ${known === null ? countUpTo(query, MAX_COUNTED + SPARE) : sql`NULL::bigint`} AS counted, ${selectGeneration(query.filters.region_id)} AS as_of,
      ${countUnplaced(query)} AS unplaced`;
  const [row] = await db.$readRows<CountRow[]>(isUnfiltered(query.filters) ? prepared(statement) : statement);
  const counted = Math.min(known ?? Number(row?.counted ?? 0), MAX_COUNTED + SPARE);
  const unplaced = row?.unplaced ?? null;
  return {
    total: Math.min(counted, MAX_COUNTED),
    total_is_exact: counted <= MAX_COUNTED,
    beyond: isLarge ? 0 : Math.max(0, counted - MAX_COUNTED),
    as_of: row?.as_of ?? null,
    unplaced_excluded: unplaced === null ? null : Math.min(Number(unplaced), MAX_COUNTED),
  };
}

function countUpTo(
  query: Selection,
  limit: number,
  options: Pick<MatchingOptions, 'without' | 'and'> = {},
): Sql {
  const matching = selectMatching(query, { columns: emptySql, limit, ...options });
  return sql`(SELECT count(*) FROM (${matching}) bounded)`;
}

/** What matches but for its system, which nobody knows. */
function countUnplaced(query: Selection): Sql {
  const asksForSystem = PLACE_FILTERS_BY_SYSTEM.some((name) => query.filters[name] !== undefined);
  return asksForSystem
    ? countUpTo(query, MAX_COUNTED + 1, { without: PLACE_FILTERS_BY_SYSTEM, and: IS_UNPLACED })
    : sql`NULL::bigint`;
}
