import type { StoredPage } from '@hangar-bay/database';
import type { RegionPage } from '@hangar-bay/esi-client';
import type { WalkedPage } from './walk-pages.js';

export type AnsweredPage = Exclude<RegionPage, { kind: 'absent' }>;

/**
 * What an answer says of its page. A 304 may leave out what the page that it confirms said of itself.
 *
 * `generation`: the newest one seen in this walk, which an unchanged page without Last-Modified is taken to belong to.
 */
export function describePage(
  answer: AnsweredPage,
  stored: Pick<StoredPage, 'last_modified' | 'named' | 'page_count'> | undefined,
  generation: Date | null,
): WalkedPage {
  const storedGeneration = stored?.named ? stored.last_modified : null;
  const known = answer.kind === 'unchanged' ? (generation ?? storedGeneration) : null;
  const lastModified = isFarInTheFuture(answer) ? null : (answer.lastModified ?? known);
  return {
    lastModified: lastModified ?? answer.date ?? new Date(),
    named: lastModified !== null,
    // Without a word on it the list is as long as it was: a shorter one would pass for contracts that have vanished.
    pageCount: answer.pageCount ?? stored?.page_count ?? 1,
    freshUntil: performance.now() + answer.freshSeconds * 1000,
  };
}

/** Servers' clocks differ. A year is nonsense; taken at its word, no later generation would count for that long. */
const MAX_AHEAD_MS = 24 * 3600 * 1000;

function isFarInTheFuture({ lastModified, date }: AnsweredPage): boolean {
  return lastModified !== null && date !== null && lastModified.getTime() > date.getTime() + MAX_AHEAD_MS;
}
