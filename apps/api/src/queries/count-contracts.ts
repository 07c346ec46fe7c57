import { emptySql, prepared, sql, type Database, type Sql } from '@hangar-bay/database';
import { PLACE_FILTERS_BY_SYSTEM, IS_UNPLACED } from './filters/places.js';
import { selectGeneration } from './generation.js';
import { isUnfiltered } from './contract-filters.js';
import type { Selection } from './contract-query.js';
import { selectMatching, type MatchingOptions } from './select-matching.js';

/** Counting stops here, so that `total` is never the slow part. */
const MAX_COUNTED = 10_000;

/** What all pages of a list have in common. */
export interface ContractCount {
  readonly total: number;
  readonly total_is_exact: boolean;
  readonly as_of: Date | null;
  /** Null where no filter asks for a system. */
  readonly unplaced_excluded: number | null;
}

interface CountRow {
  readonly counted: bigint;
  readonly as_of: Date | null;
  readonly unplaced: bigint | null;
}

/** One statement. */
export async function countContracts(db: Database, query: Selection): Promise<ContractCount> {
  const statement = sql`
    SELECT ${countUpTo(query)} AS counted, ${selectGeneration(query.filters.region_id)} AS as_of,
      ${countUnplaced(query)} AS unplaced`;
  const [row] = await db.$readRows<CountRow[]>(isUnfiltered(query.filters) ? prepared(statement) : statement);
  const counted = Number(row?.counted ?? 0);
  const unplaced = row?.unplaced ?? null;
  return {
    total: Math.min(counted, MAX_COUNTED),
    total_is_exact: counted <= MAX_COUNTED,
    as_of: row?.as_of ?? null,
    unplaced_excluded: unplaced === null ? null : Math.min(Number(unplaced), MAX_COUNTED),
  };
}

function countUpTo(query: Selection, options: Pick<MatchingOptions, 'without' | 'and' | 'few'> = {}): Sql {
  const matching = selectMatching(query, { columns: emptySql, limit: MAX_COUNTED + 1, ...options });
  return sql`(SELECT count(*) FROM (${matching}) bounded)`;
}

/** What matches but for its system, which nobody knows. */
function countUnplaced(query: Selection): Sql {
  const asksForSystem = PLACE_FILTERS_BY_SYSTEM.some((name) => query.filters[name] !== undefined);
  return asksForSystem
    ? countUpTo(query, { without: PLACE_FILTERS_BY_SYSTEM, and: IS_UNPLACED, few: 1_000 })
    : sql`NULL::bigint`;
}
