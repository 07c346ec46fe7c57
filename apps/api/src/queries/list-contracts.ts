import { areFacetsExact, type FacetCounts } from './contract-facets.js';
import type { ListedRow } from './contract-row.js';
import { countUnplaced } from './count-unplaced.js';
import { findMatching, type FoundList, type ListQuery } from './find-matching.js';
import { findPage, hasRowsFrom } from './find-page.js';
import { findGeneration } from './generation.js';
import { behindPage, oppositeOf, type Position, type Start } from './keyset.js';
import type { Reader } from './read-in-time.js';
import { MAX_COUNTED } from './select-matching.js';

/** A contract's place on a page, and what its row is as of then. */
export interface ListedContract extends Pick<ListedRow, 'status' | 'row_version'> {
  readonly contract_id: number;
}

/** What all pages of a list have in common. */
export interface ListTotals {
  /** Of all pages together, up to MAX_COUNTED. */
  readonly total: number;
  readonly total_is_exact: boolean;
  readonly as_of: Date | null;
  /** As countUnplaced gives it. */
  readonly unplaced_excluded: number | null;
}

export interface ContractPage extends ListTotals {
  readonly contracts: readonly ListedContract[];
  /** Where the pages beside this one start; null where there is none. */
  readonly next: Start | null;
  readonly previous: Start | null;
  /** So many more than `total` were found; 0 where they were not counted. */
  readonly beyond: number;
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
  db: Reader,
  query: ListQuery,
  { isLarge }: { /** Whether the list is known to have more than MAX_COUNTED. */ readonly isLarge: boolean },
): Promise<ContractPage> {
  const [{ counted, facets, as_of, ...found }, unplaced_excluded] = await Promise.all([
    findList(db, query, isLarge),
    countUnplaced(db, query),
  ]);
  return {
    ...pageOf(query, found),
    total: Math.min(counted ?? MAX_COUNTED, MAX_COUNTED),
    total_is_exact: counted !== null && counted <= MAX_COUNTED,
    as_of,
    unplaced_excluded,
    beyond: Math.max(0, (counted ?? 0) - MAX_COUNTED),
    facets,
    facets_are_exact: areFacetsExact(facets ?? []),
  };
}

/** The same of a list whose totals are known already, without facets: only the page is looked for, in its order. */
export async function listCounted(db: Reader, query: ListQuery, totals: ListTotals): Promise<ContractPage> {
  const found = await followOrder(db, query);
  return { ...pageOf(query, found), ...totals, beyond: 0, facets: null, facets_are_exact: true };
}

type PageFound = Pick<FoundList, 'behind'> & { readonly page: readonly ListedRow[] };

/** A list that is known to be large is not counted, unless its facets look at all of it anyway. */
async function findList(
  db: Reader,
  query: ListQuery,
  isLarge: boolean,
): Promise<PageFound & Omit<FoundList, 'counted'> & { readonly counted: number | null }> {
  if (isLarge && query.facets === undefined) {
    const [found, as_of] = await Promise.all([
      followOrder(db, query),
      findGeneration(db, query.filters.region_id),
    ]);
    return { ...found, as_of, counted: null, facets: null };
  }
  const { page, ...found } = await findMatching(db, query);
  return page === null ? { ...found, ...(await followOrder(db, query)) } : { ...found, page };
}

async function followOrder(db: Reader, query: ListQuery): Promise<PageFound> {
  const start = behindPage(query);
  const [page, behind] = await Promise.all([
    findPage(db, query),
    start !== null && hasRowsFrom(db, { ...query, start }),
  ]);
  return { page, behind };
}

function pageOf(
  { start, limit }: ListQuery,
  { page, behind }: PageFound,
): Pick<ContractPage, 'contracts' | 'next' | 'previous'> {
  const rowsAsTravelled = page.slice(0, limit);
  const ahead = page.length > limit;
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
