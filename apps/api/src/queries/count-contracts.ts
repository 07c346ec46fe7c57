import { sql, type Database, type Sql } from '@hangar-bay/database';
import { PLACE_FILTERS_BY_SYSTEM, IS_UNPLACED } from './filters/places.js';
import { selectGeneration } from './generation.js';
import { whereQuery, type ContractQuery } from './list-contracts.js';

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
export async function countContracts(
  db: Database,
  query: Pick<ContractQuery, 'scope' | 'filters'>,
): Promise<ContractCount> {
  const [row] = await db.$queryRaw<CountRow[]>(sql`
    SELECT ${countUpTo(whereQuery(query))} AS counted, ${selectGeneration(query.filters.region_id)} AS as_of,
      ${countUnplaced(query)} AS unplaced`);
  const counted = Number(row?.counted ?? 0);
  const unplaced = row?.unplaced ?? null;
  return {
    total: Math.min(counted, MAX_COUNTED),
    total_is_exact: counted <= MAX_COUNTED,
    as_of: row?.as_of ?? null,
    unplaced_excluded: unplaced === null ? null : Math.min(Number(unplaced), MAX_COUNTED),
  };
}

function countUpTo(where: Sql): Sql {
  return sql`(SELECT count(*) FROM (SELECT FROM contracts c WHERE ${where} LIMIT ${MAX_COUNTED + 1}) bounded)`;
}

/** What matches but for its system, which nobody knows. */
function countUnplaced(query: Pick<ContractQuery, 'scope' | 'filters'>): Sql {
  const asksForSystem = PLACE_FILTERS_BY_SYSTEM.some((name) => query.filters[name] !== undefined);
  return asksForSystem
    ? countUpTo(sql`${whereQuery(query, PLACE_FILTERS_BY_SYSTEM)} AND ${IS_UNPLACED}`)
    : sql`NULL::bigint`;
}
