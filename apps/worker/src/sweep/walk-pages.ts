import pLimit from 'p-limit';

/** A page as one answer gave it. */
export interface WalkedPage {
  /** The generation that the answer belongs to. */
  readonly lastModified: Date;
  /** Whether ESI itself named that generation. Without it, only a list of one page is sure to be of one generation. */
  readonly named: boolean;
  /**
   * ESI said that the page is unchanged, and not of which generation it is: it belongs to any that was made before this
   * moment. Null where the answer said so itself.
   */
  readonly confirmedAt: Date | null;
  readonly pageCount: number;
  /** Whether ESI itself said how many pages there are; otherwise the list may end earlier. */
  readonly counted: boolean;
  /** Milliseconds on the walk's clock until which the page must not be asked for again. */
  readonly freshUntil: number;
}

export interface WalkDeps {
  /**
   * Asks for a page and stores it. `absent`: the list has no such page (any more); `end`: nor does anything speak for
   * one, so that the list ends before it unless ESI counts more pages. Rejects where the page could not be had.
   */
  fetchPage(page: number): Promise<WalkedPage | 'absent' | 'end'>;
  /** Pages that are stored already and must not be asked for again yet. */
  readonly held: ReadonlyMap<number, WalkedPage>;
  now(): number;
  sleep(ms: number): Promise<void>;
}

/**
 * - `complete`: every page of one generation was seen.
 * - `inconsistent`: the list kept changing under the walk.
 * - `incomplete`: a page could not be had.
 */
export type Walk =
  | {
      readonly outcome: 'complete';
      readonly generation: Date;
      readonly pageCount: number;
      /** The pages, as the answers said or left open. */
      readonly pages: ReadonlyMap<number, WalkedPage>;
    }
  | {
      readonly outcome: 'inconsistent';
      readonly reason: string;
      /** Another walk has nothing to ask for before then. */
      readonly retryMs?: number;
    }
  | { readonly outcome: 'incomplete'; readonly reason: string; readonly cause?: unknown };

/** With its rows, each takes some 10 MB until it is stored. */
const PARALLEL_PAGES = 4;
/** A quiet walk takes two rounds: page 1, which tells how many there are, and the rest. A change costs two more. */
const MAX_ROUNDS = 2 + 2 * 3;
/** Pages of one walk were seen to expire a second apart; an answer that stays fresh longer belongs to its generation. */
const MAX_WAIT_MS = 10_000;

interface WalkState {
  readonly pages: Map<number, WalkedPage>;
  /** A page was absent: only a newer page 1 can tell how short the list has become. */
  shortened: boolean;
}

/**
 * Walks all pages of a region's list until they are of one generation.
 *
 * A generation that ends under the walk makes the older pages be asked for again, and only those: what a page said of
 * its own freshness is kept to even then (ESI forbids asking before the cache expires).
 */
export async function walkPages(deps: WalkDeps): Promise<Walk> {
  const state: WalkState = { pages: new Map(deps.held), shortened: false };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const wanted = findWantedPages(state);
    if (wanted.length === 0) {
      return conclude(state);
    }
    const problem = await fetchPages(wanted, state, deps);
    if (problem) {
      return problem;
    }
  }
  return { outcome: 'inconsistent', reason: 'the list kept changing under the walk' };
}

/**
 * Pages that are not there yet, or are of an older generation than the newest that was seen. The last one first: ESI
 * lists contracts by ascending id, so that is where new ones are, and their items are asked for while the walk goes on.
 */
function findWantedPages({ pages, shortened }: WalkState): number[] {
  const newest = findNewest(pages);
  if (newest === undefined || shortened || !pages.has(1)) {
    return [1];
  }
  const count = countPages(pages, newest);
  return Array.from({ length: count }, (_, index) => count - index).filter((number) => {
    const page = pages.get(number);
    return page === undefined || !isOf(page, newest);
  });
}

function findNewest(pages: ReadonlyMap<number, WalkedPage>): WalkedPage | undefined {
  let newest: WalkedPage | undefined;
  for (const page of pages.values()) {
    if (newest === undefined || page.lastModified > newest.lastModified) {
      newest = page;
    }
  }
  return newest;
}

function isOf({ lastModified, confirmedAt }: WalkedPage, generation: WalkedPage): boolean {
  return (
    lastModified.getTime() === generation.lastModified.getTime() ||
    // Both are cut to whole seconds, so within the same one nobody knows which came first.
    (confirmedAt !== null && confirmedAt.getTime() >= generation.lastModified.getTime() + 1_000)
  );
}

/** Pages of one generation that do not agree on their number prove nothing, unless all of them are there. */
function countPages(pages: ReadonlyMap<number, WalkedPage>, newest: WalkedPage): number {
  const ofNewest = [...pages.values()].filter((page) => isOf(page, newest));
  const counted = ofNewest.filter((page) => page.counted);
  return Math.max(...(counted.length > 0 ? counted : ofNewest).map(({ pageCount }) => pageCount));
}

/** ESI has not said how many pages there are. */
function isUncounted(pages: ReadonlyMap<number, WalkedPage>): boolean {
  return [...pages.values()].every((page) => !page.counted);
}

async function fetchPages(wanted: readonly number[], state: WalkState, deps: WalkDeps): Promise<Walk | null> {
  const { pages } = state;
  const waitMs = Math.max(0, ...wanted.map((page) => (pages.get(page)?.freshUntil ?? 0) - deps.now()));
  if (waitMs > MAX_WAIT_MS) {
    const reason = 'pages of two generations are both still fresh';
    return { outcome: 'inconsistent', reason, retryMs: waitMs };
  }
  if (waitMs > 0) {
    await deps.sleep(waitMs);
  }

  state.shortened = false;
  const limit = pLimit(PARALLEL_PAGES);
  const results = await Promise.allSettled(
    wanted.map((page) =>
      limit(async () => {
        const answer = await deps.fetchPage(page);
        if (typeof answer === 'object') {
          pages.set(page, answer);
        } else if (page === 1) {
          throw new Error('ESI answered 404 for the list, which is no proof that it is empty');
        } else if (answer === 'end' && isUncounted(pages)) {
          endBefore(page, pages);
        } else {
          pages.delete(page);
          state.shortened = true;
        }
      }),
    ),
  );
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) {
    const cause: unknown = failed.reason;
    return { outcome: 'incomplete', reason: cause instanceof Error ? cause.message : String(cause), cause };
  }
  return null;
}

function endBefore(end: number, pages: Map<number, WalkedPage>): void {
  pages.delete(end);
  for (const [number, page] of pages) {
    pages.set(number, { ...page, pageCount: Math.min(page.pageCount, end - 1) });
  }
}

function conclude({ pages }: WalkState): Walk {
  const newest = findNewest(pages);
  if (newest === undefined) {
    return { outcome: 'incomplete', reason: 'no page was answered' };
  }
  const pageCount = countPages(pages, newest);
  const seen = [...pages].filter(([page]) => page <= pageCount).map(([, answer]) => answer);
  if (pageCount > 1 && seen.some((answer) => !answer.named)) {
    return {
      outcome: 'inconsistent',
      reason: 'ESI did not say of which generation each page is (Last-Modified)',
    };
  }
  return { outcome: 'complete', generation: newest.lastModified, pageCount, pages };
}
