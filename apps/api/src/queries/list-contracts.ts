import type { Database } from '@hangar-bay/database';
import { askInTime, type Ask } from './ask-in-time.js';
import { areFacetsExact, type FacetCounts } from './contract-facets.js';
import { countUnplaced } from './count-unplaced.js';
import { findMatching, type FoundList, type ListQuery } from './find-matching.js';
import { findPage, hasRowsFrom, type ListedRow } from './find-page.js';
import { findGeneration } from './generation.js';
import { behindPage, oppositeOf, type Position, type Start } from './keyset.js';
import { MAX_COUNTED } from './select-matching.js';

/** A contract's place on a page, and what its row is as of then. */
export interface ListedContract extends Pick<ListedRow, 'status' | 'row_version'> {
  readonly contract_id: number;
}

export interface ContractPage {
  readonly contracts: readonly ListedContract[];
  /** Where the pages beside this one start; null where there is none. */
  readonly next: Start | null;
  readonly previous: Start | null;
  /** Of all pages together, up to MAX_COUNTED. */
  readonly total: number;
  readonly total_is_exact: boolean;
  /** So many more were found; 0 where they were not counted. */
  readonly beyond: number;
  readonly as_of: Date | null;
  /** As countUnplaced gives it. */
  readonly unplaced_excluded: number | null;
  /** Null where they were not asked for. */
  readonly facets: readonly FacetCounts[] | null;
  readonly facets_are_exact: boolean;
}

/**
 * Which contracts are on a page, in their order, and what is told of their list. Statements: one where the list is not
 * large; otherwise also those of findPage, whatever the length of the page, and one or as many again where it does not
 * begin at the top; and one more where a filter asks for a system.
 */
export async function listContracts(
  db: Database,
  query: ListQuery,
  { isLarge }: { /** Whether the list is known to have more than MAX_COUNTED. */ readonly isLarge: boolean },
): Promise<ContractPage> {
  const ask = askInTime(db);
  const [{ page, behind, counted, facets, as_of }, unplaced_excluded] = await Promise.all([
    findList(ask, query, isLarge),
    countUnplaced(ask, query),
  ]);
  return {
    ...pagesBeside(query, page.slice(0, query.limit), { ahead: page.length > query.limit, behind }),
    as_of,
    unplaced_excluded,
    total: Math.min(counted ?? MAX_COUNTED, MAX_COUNTED),
    total_is_exact: counted !== null && counted <= MAX_COUNTED,
    beyond: Math.max(0, (counted ?? 0) - MAX_COUNTED),
    facets,
    facets_are_exact: areFacetsExact(facets ?? []),
  };
}

type PageFound = Pick<FoundList, 'behind'> & { readonly page: readonly ListedRow[] };

/** A list that is known to be large is not counted, unless its facets look at all of it anyway. */
async function findList(
  ask: Ask,
  query: ListQuery,
  isLarge: boolean,
): Promise<PageFound & Omit<FoundList, 'counted'> & { readonly counted: number | null }> {
  if (isLarge && query.facets === undefined) {
    const [found, as_of] = await Promise.all([
      followOrder(ask, query),
      findGeneration(ask, query.filters.region_id),
    ]);
    return { ...found, as_of, counted: null, facets: null };
  }
  const { page, ...found } = await findMatching(ask, query);
  return page === null ? { ...found, ...(await followOrder(ask, query)) } : { ...found, page };
}

async function followOrder(ask: Ask, query: ListQuery): Promise<PageFound> {
  const start = behindPage(query);
  const [page, behind] = await Promise.all([
    findPage(ask, query),
    start !== null && hasRowsFrom(ask, { ...query, start }),
  ]);
  return { page, behind };
}

function pagesBeside(
  { start }: ListQuery,
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
