import { joinSql, sql, type Database, type Sql } from '@hangar-bay/database';
import { CONTRACT_COLUMNS, CONTRACT_JOINS, type ContractRow } from './contract-row.js';
import { IS_VISIBLE, whereFilters, type ContractFilterValues } from './contract-filters.js';
import type { Sort } from './contract-sorts.js';
import { isOneOf } from './is-one-of.js';
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
}

export interface ContractPage {
  readonly rows: readonly ContractRow[];
  /** Where the pages beside this one start; null where there is none. */
  readonly next: Start | null;
  readonly previous: Start | null;
  readonly total: number;
  readonly total_is_exact: boolean;
  readonly as_of: Date | null;
}

type ListedRow = ContractRow & { readonly position_value: string | null };

interface Summary {
  readonly counted: bigint;
  readonly has_rows_behind: boolean;
  readonly as_of: Date | null;
}

/** One page, by two statements whatever its length. */
export async function listContracts(db: Database, query: ContractQuery): Promise<ContractPage> {
  const where = joinSql([IS_VISIBLE, query.scope, ...whereFilters(query.filters)], ' AND ');
  const [found, [summary]] = await Promise.all([
    db.$queryRaw<ListedRow[]>(selectRows(query, where)),
    db.$queryRaw<Summary[]>(selectSummary(query, where)),
  ]);
  const counted = Number(summary?.counted ?? 0);
  const rows = found.slice(0, query.limit);
  return {
    ...pagesBeside(query, rows, {
      ahead: found.length > query.limit,
      behind: summary?.has_rows_behind === true && (query.offset === 0 || counted > 0),
    }),
    total: Math.min(counted, MAX_COUNTED),
    total_is_exact: counted <= MAX_COUNTED,
    as_of: summary?.as_of ?? null,
  };
}

/** One row more than asked for tells whether there is a next page. */
function selectRows({ sort, start, limit, offset }: ContractQuery, where: Sql): Sql {
  const order = orderOf(sort, start);
  return sql`
    WITH page AS (${selectContractIds(sort, start, where, limit + 1, offset)})
    SELECT ${CONTRACT_COLUMNS}, page.sort_key::text AS position_value
    FROM page JOIN contracts c ON c.contract_id = page.contract_id ${CONTRACT_JOINS}
    ORDER BY page.segment, page.sort_key ${order}, page.contract_id ${order}`;
}

function selectSummary({ sort, start, offset, filters }: ContractQuery, where: Sql): Sql {
  const isAtTheEdge = start.position === null && offset === 0;
  const behind =
    offset > 0 ? sql`TRUE` : isAtTheEdge ? sql`FALSE` : existsFrom(sort, oppositeOf(start), where);
  const ofRegions = filters.region_id === undefined ? sql`TRUE` : isOneOf(sql`region_id`, filters.region_id);
  return sql`
    SELECT (SELECT count(*) FROM (SELECT 1 FROM contracts c WHERE ${where} LIMIT ${MAX_COUNTED + 1}) bounded) AS counted,
      (${behind}) AS has_rows_behind,
      (SELECT min(generation) FROM regions WHERE ${ofRegions}) AS as_of`;
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
