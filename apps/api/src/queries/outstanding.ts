import { sql } from '@hangar-bay/database';

/** A row `c` of contracts that is on offer now, in the words of the indexes' predicates. */
export const IS_OUTSTANDING = sql`c.visible_since IS NOT NULL AND c.ended_at IS NULL AND c.date_expired > now()`;

/** Contracts expire between changes of the data too: a count that is served again is no older than this. */
export const OVERVIEW_MAX_AGE_MS = 5_000;
