import { sql, joinSql, type Database, type Sql } from '@hangar-bay/database';
import { areFacetsExact, countFacets, type Facet, type FacetCounts } from './contract-facets.js';
import { IS_VISIBLE, whereFilters, type ContractFilterValues, type FilterName } from './contract-filters.js';
import type { ContractRow } from './contract-row.js';
import type { Sort } from './contract-sorts.js';
import { existsFrom, oppositeOf, orderOf, selectContractIds, type Position, type Start } from './keyset.js';

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

/** A contract's place on a page, and what its row is as of then. */
export interface ListedContract {
  readonly contract_id: number;
  readonly status: ContractRow['status'];
  /** As that of ContractRow. */
  readonly row_version: string;
}

export interface ContractPage {
  readonly contracts: readonly ListedContract[];
  /** Where the pages beside this one start; null where there is none. */
  readonly next: Start | null;
  readonly previous: Start | null;
  /** Null where they were not asked for. */
  readonly facets: readonly FacetCounts[] | null;
  readonly facets_are_exact: boolean;
}

interface ListedRow extends Omit<ListedContract, 'contract_id'> {
  readonly contract_id: bigint;
  readonly position_value: string | null;
}

/**
 * Which contracts are on a page, in their order: by one statement whatever its length, one more where it does not begin
 * at the top, and one where facets are asked for.
 */
export async function listContracts(db: Database, query: ContractQuery): Promise<ContractPage> {
  const { limit, filters, facets } = query;
  const [found, behind, counts] = await Promise.all([
    db.$queryRaw<ListedRow[]>(selectPage(query)),
    hasRowsBehind(db, query),
    facets === undefined ? null : countFacets(db, facets, filters, (without) => whereQuery(query, [without])),
  ]);
  return {
    ...pagesBeside(query, found.slice(0, limit), { ahead: found.length > limit, behind }),
    facets: counts,
    facets_are_exact: areFacetsExact(counts ?? []),
  };
}

/** The conditions on a row `c` of contracts. */
export function whereQuery(
  { scope, filters }: Pick<ContractQuery, 'scope' | 'filters'>,
  without: readonly FilterName[] = [],
): Sql {
  return joinSql([IS_VISIBLE, scope, ...whereFilters(filters, { without })], ' AND ');
}

/** One row more than asked for tells whether there is a next page. */
function selectPage(query: ContractQuery): Sql {
  const { sort, start, limit, offset } = query;
  const order = orderOf(sort, start);
  return sql`
    SELECT page.contract_id, page.status, page.row_version, page.sort_key::text AS position_value
    FROM (${selectContractIds(sort, start, whereQuery(query), limit + 1, offset)}) page
    ORDER BY page.segment, page.sort_key ${order}, page.contract_id ${order}`;
}

async function hasRowsBehind(db: Database, query: ContractQuery): Promise<boolean> {
  const { start, offset, sort } = query;
  if (start.position === null && offset === 0) {
    return false;
  }
  // Whoever jumps to a page that is behind the last one can go back wherever there is any row at all.
  const before = offset > 0 ? start : oppositeOf(start);
  const [row] = await db.$queryRaw<{ behind: boolean }[]>(
    sql`SELECT ${existsFrom(sort, before, whereQuery(query))} AS behind`,
  );
  return row?.behind === true;
}

function pagesBeside(
  { start }: ContractQuery,
  rowsAsTravelled: readonly ListedRow[],
  { ahead, behind }: { readonly ahead: boolean; readonly behind: boolean },
): Pick<ContractPage, 'contracts' | 'next' | 'previous'> {
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
  const contracts = rowsAsTravelled.map(({ contract_id, status, row_version }) => ({
    contract_id: Number(contract_id),
    status,
    row_version,
  }));
  return start.direction === 'after'
    ? { contracts, next: onward, previous: backward }
    : { contracts: contracts.toReversed(), next: backward, previous: onward };
}

function positionOf({ position_value, contract_id }: ListedRow): Position {
  return { value: position_value, contract_id: Number(contract_id) };
}
