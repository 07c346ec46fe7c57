import { areFacetsExact, type FacetCounts } from './contract-facets.js';
import type { ListedRow } from './contract-row.js';
import { countUnplaced } from './count-unplaced.js';
import { findMatching, type FoundList, type ListQuery } from './find-matching.js';
import { findPage } from './find-page.js';
import type { FoundPage } from './found-page.js';
import { oppositeOf, type Position, type Start } from './keyset.js';
import type { Reader } from './read-in-time.js';
import { MAX_COUNTED } from './select-matching.js';

/** A contract's place on a page, and what its row is as of then. */
export type ListedContract = Omit<ListedRow, 'position_value'>;

/** What all pages of a list have in common. */
export interface ListTotals {
  /** Of all pages together, up to MAX_COUNTED. */
  readonly total: number;
  readonly total_is_exact: boolean;
  /** As countUnplaced gives it. */
  readonly unplaced_excluded: number | null;
}

export interface ContractPage extends ListTotals {
  readonly contracts: readonly ListedContract[];
  /** See selectGeneration. */
  readonly as_of: Date | null;
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
 * large; those of findPage where it is known to be, and also those where it turns out to be; and one more where a filter
 * asks for a system.
 */
export async function listContracts(
  db: Reader,
  query: ListQuery,
  { isLarge }: { /** Whether the list is known to have more than MAX_COUNTED. */ readonly isLarge: boolean },
): Promise<ContractPage> {
  const [{ counted, facets, ...found }, unplaced_excluded] = await Promise.all([
    findList(db, query, isLarge),
    countUnplaced(db, query),
  ]);
  return {
    ...pageOf(query, found),
    total: Math.min(counted ?? MAX_COUNTED, MAX_COUNTED),
    total_is_exact: counted !== null && counted <= MAX_COUNTED,
    unplaced_excluded,
    beyond: Math.max(0, (counted ?? 0) - MAX_COUNTED),
    facets,
    facets_are_exact: areFacetsExact(facets ?? []),
  };
}

/** The same of a list whose totals are known already, without facets: only the page is looked for, in its order. */
export async function listCounted(db: Reader, query: ListQuery, totals: ListTotals): Promise<ContractPage> {
  const found = await findPage(db, query);
  return { ...pageOf(query, found), ...totals, beyond: 0, facets: null, facets_are_exact: true };
}

interface CountedPage extends FoundPage, Pick<FoundList, 'facets'> {
  /** Null where it was not counted. */
  readonly counted: number | null;
}

/** A list that is known to be large is not counted, unless its facets look at all of it anyway. */
async function findList(db: Reader, query: ListQuery, isLarge: boolean): Promise<CountedPage> {
  if (isLarge && query.facets === undefined) {
    return { ...(await findPage(db, query)), counted: null, facets: null };
  }
  const { page, ...found } = await findMatching(db, query);
  return page === null ? { ...found, ...(await findPage(db, query)) } : { ...found, page };
}

function pageOf(
  { start, limit }: ListQuery,
  { page, behind, as_of }: FoundPage,
): Pick<ContractPage, 'contracts' | 'as_of' | 'next' | 'previous'> {
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
  return start.direction === 'after'
    ? { contracts: rowsAsTravelled, as_of, next: onward, previous: backward }
    : { contracts: rowsAsTravelled.toReversed(), as_of, next: backward, previous: onward };
}

function positionOf({ position_value, contract_id }: ListedRow): Position {
  return { value: position_value, contract_id };
}
