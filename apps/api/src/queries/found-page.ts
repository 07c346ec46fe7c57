import type { ListedRow } from './contract-row.js';

/** A page of a list, and what is told beside it: of one snapshot, but for whether there is a page before where texts or items are asked for. */
export interface FoundPage<Page = readonly ListedRow[]> {
  /** Its rows, and one more, which tells whether there is a next page. */
  readonly page: Page;
  /** Whether there is a page before this one, as one travels. */
  readonly behind: boolean;
  /** See selectGeneration. */
  readonly as_of: Date | null;
}

/** The same, without a page where it is not among what was looked at. */
export type SoughtPage = FoundPage<readonly ListedRow[] | null>;
