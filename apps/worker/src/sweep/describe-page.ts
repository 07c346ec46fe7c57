import type { StoredPage } from '@hangar-bay/database';
import type { RegionPage } from '@hangar-bay/esi-client';
import type { WalkedPage } from './walk-pages.js';

export type AnsweredPage = Exclude<RegionPage, { kind: 'absent' }>;

/** What is known of a page from before. */
type KnownPage = Pick<StoredPage, 'last_modified' | 'named' | 'page_count'>;

/**
 * What an answer says of its page. A 304 may leave out what the page that it confirms said of itself, and then belongs
 * to whatever generation the other pages show.
 *
 * `leastPages`: how many pages there are at the least, as far as their rows tell; it counts only where ESI says nothing.
 */
export function describePage(
  answer: AnsweredPage,
  stored: KnownPage | undefined,
  leastPages: number,
  now = performance.now(),
): WalkedPage {
  const answeredAt = answer.date ?? new Date();
  const said = isFarInTheFuture(answer) ? null : answer.lastModified;
  const confirms = answer.kind === 'unchanged' && said === null;
  const lastModified = confirms && stored?.named ? stored.last_modified : said;
  return {
    lastModified: lastModified ?? answeredAt,
    named: lastModified !== null,
    confirmedAt: confirms ? answeredAt : null,
    // Without a word on it the list is as long as it was: a shorter one would pass for contracts that have vanished.
    pageCount: answer.pageCount ?? Math.max(stored?.page_count ?? 1, leastPages),
    counted: answer.pageCount !== null,
    freshUntil: now + answer.freshSeconds * 1000,
  };
}

/** Servers' clocks differ. A year is nonsense; taken at its word, no later generation would count for that long. */
const MAX_AHEAD_MS = 24 * 3600 * 1000;

function isFarInTheFuture({ lastModified, date }: AnsweredPage): boolean {
  return lastModified !== null && date !== null && lastModified.getTime() > date.getTime() + MAX_AHEAD_MS;
}
