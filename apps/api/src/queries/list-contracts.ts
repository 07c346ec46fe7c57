import { joinSql, sql, type Database, type Sql } from '@hangar-bay/database';
import { areFacetsExact, countFacets, type Facet, type FacetCounts } from './contract-facets.js';
import { IS_VISIBLE, whereFilters, type ContractFilterValues, type FilterName } from './contract-filters.js';
import { CONTRACT_COLUMNS, CONTRACT_JOINS, type ContractRow } from './contract-row.js';
import type { Sort } from './contract-sorts.js';
import { IS_UNPLACED, PLACE_FILTERS_BY_SYSTEM } from './filters/places.js';
import { selectGeneration } from './generation.js';
import { existsFrom, oppositeOf, orderOf, selectContractIds, type Position, type Start } from './keyset.js';

/** Counting stops here, so that `total` is never the slow part. */
const MAX_COUNTED = 10_000;

export interface ContractQuery {
  /** What makes the list, beside the filters. */
  readonly scope: Sql;
  readonly filters: ContractFilterValues;
  readonly sort: Sort;
  readonly start: Start;
  readonly limit: number;
  /** Rows to skip from the start. */
  readonly offset: number;
  readonly facets: readonly Facet[] | undefined;
}

export interface ContractPage {
  readonly rows: readonly ContractRow[];
  /** Where the pages beside this one start; null where there is none. */
  readonly next: Start | null;
  readonly previous: Start | null;
  readonly total: number;
  readonly total_is_exact: boolean;
  readonly as_of: Date | null;
  /** Null where no filter asks for a system. */
  readonly unplaced_excluded: number | null;
  /** Null where they were not asked for. */
  readonly facets: readonly FacetCounts[] | null;
  readonly facets_are_exact: boolean;
}

type ListedRow = ContractRow & { readonly position_value: string | null };

interface Summary {
  readonly counted: bigint;
  readonly has_rows_behind: boolean;
  readonly as_of: Date | null;
  readonly unplaced: bigint | null;
}

/** One page, by two statements whatever its length, and one more where facets are asked for. */
export async function listContracts(db: Database, query: ContractQuery): Promise<ContractPage> {
  const { filters, facets } = query;
  const [found, [summary], counts] = await Promise.all([
    db.$queryRaw<ListedRow[]>(selectRows(query)),
    db.$queryRaw<Summary[]>(selectSummary(query)),
    facets === undefined ? null : countFacets(db, facets, filters, (without) => whereQuery(query, [without])),
  ]);
  const counted = Number(summary?.counted ?? 0);
  const unplaced = summary?.unplaced ?? null;
  return {
    ...pagesBeside(query, found.slice(0, query.limit), {
      ahead: found.length > query.limit,
      behind: summary?.has_rows_behind === true && (query.offset === 0 || counted > 0),
    }),
    total: Math.min(counted, MAX_COUNTED),
    total_is_exact: counted <= MAX_COUNTED,
    as_of: summary?.as_of ?? null,
    unplaced_excluded: unplaced === null ? null : Math.min(Number(unplaced), MAX_COUNTED),
    facets: counts,
    facets_are_exact: areFacetsExact(counts ?? []),
  };
}

/** The conditions on a row `c` of contracts. */
function whereQuery({ scope, filters }: ContractQuery, without: readonly FilterName[] = []): Sql {
  return joinSql([IS_VISIBLE, scope, ...whereFilters(filters, { without })], ' AND ');
}

/** First the ids of the page, then what belongs to them. One row more than asked for tells whether there is a next page. */
function selectRows(query: ContractQuery): Sql {
  const { sort, start, limit, offset } = query;
  const order = orderOf(sort, start);
  return sql`
    WITH page AS MATERIALIZED (${selectContractIds(sort, start, whereQuery(query), limit + 1, offset)})
    SELECT ${CONTRACT_COLUMNS}, page.sort_key::text AS position_value
    FROM page JOIN contracts c ON c.contract_id = page.contract_id ${CONTRACT_JOINS}
    ORDER BY page.segment, page.sort_key ${order}, page.contract_id ${order}`;
}

function selectSummary(query: ContractQuery): Sql {
  const { sort, start, offset, filters } = query;
  const where = whereQuery(query);
  const isAtTheEdge = start.position === null && offset === 0;
  const behind =
    offset > 0 ? sql`TRUE` : isAtTheEdge ? sql`FALSE` : existsFrom(sort, oppositeOf(start), where);
  return sql`
    SELECT ${countUpTo(where)} AS counted, (${behind}) AS has_rows_behind,
      ${selectGeneration(filters.region_id)} AS as_of, ${countUnplaced(query)} AS unplaced`;
}

function countUpTo(where: Sql): Sql {
  return sql`(SELECT count(*) FROM (SELECT FROM contracts c WHERE ${where} LIMIT ${MAX_COUNTED + 1}) bounded)`;
}

/** What matches but for its system, which nobody knows. */
function countUnplaced(query: ContractQuery): Sql {
  const asksForSystem = PLACE_FILTERS_BY_SYSTEM.some((name) => query.filters[name] !== undefined);
  return asksForSystem
    ? countUpTo(sql`${whereQuery(query, PLACE_FILTERS_BY_SYSTEM)} AND ${IS_UNPLACED}`)
    : sql`NULL::bigint`;
}

function pagesBeside(
  { start }: ContractQuery,
  rowsAsTravelled: readonly ListedRow[],
  { ahead, behind }: { readonly ahead: boolean; readonly behind: boolean },
): Pick<ContractPage, 'rows' | 'next' | 'previous'> {
  const first = rowsAsTravelled[0];
  const last = rowsAsTravelled.at(-1);
  const back = oppositeOf(start);
  const onward: Start | null =
    ahead && last !== undefined
      ? { direction: start.direction, position: positionOf(last), inclusive: false }
      : null;
  // A page can turn out empty because its rows have left the list; the way back is still there.
  const backward: Start | null = !behind
    ? null
    : first === undefined
      ? back
      : { direction: back.direction, position: positionOf(first), inclusive: false };
  return start.direction === 'after'
    ? { rows: rowsAsTravelled, next: onward, previous: backward }
    : { rows: rowsAsTravelled.toReversed(), next: backward, previous: onward };
}

function positionOf({ position_value, contract_id }: ListedRow): Position {
  return { value: position_value, contract_id: Number(contract_id) };
}
