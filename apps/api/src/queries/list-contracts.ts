import type { Database } from '@hangar-bay/database';
import { areFacetsExact, countFacets, type Facet, type FacetCounts } from './contract-facets.js';
import type { PageQuery } from './contract-query.js';
import { findPage, hasRowsFrom, type ListedRow } from './find-page.js';
import { oppositeOf, type Position, type Start } from './keyset.js';

export interface ContractQuery extends PageQuery {
  readonly facets: readonly Facet[] | undefined;
}

/** A contract's place on a page, and what its row is as of then. */
export interface ListedContract extends Pick<ListedRow, 'status' | 'row_version'> {
  readonly contract_id: number;
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

/**
 * Which contracts are on a page, in their order: by as many statements as findPage takes, whatever its length; one or as
 * many again where it does not begin at the top, and one where facets are asked for.
 */
export async function listContracts(db: Database, query: ContractQuery): Promise<ContractPage> {
  const { limit, facets } = query;
  const [found, behind, counts] = await Promise.all([
    findPage(db, query),
    hasRowsBehind(db, query),
    facets === undefined ? null : countFacets(db, facets, query),
  ]);
  return {
    ...pagesBeside(query, found.slice(0, limit), { ahead: found.length > limit, behind }),
    facets: counts,
    facets_are_exact: areFacetsExact(counts ?? []),
  };
}

async function hasRowsBehind(db: Database, query: ContractQuery): Promise<boolean> {
  const { start, offset } = query;
  if (start.position === null && offset === 0) {
    return false;
  }
  // Whoever jumps to a page that is behind the last one can go back wherever there is any row at all.
  return hasRowsFrom(db, { ...query, start: offset > 0 ? start : oppositeOf(start) });
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
