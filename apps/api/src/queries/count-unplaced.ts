import { emptySql, sql } from '@hangar-bay/database';
import type { Reader } from './read-in-time.js';
import type { Selection } from './contract-query.js';
import { IS_UNPLACED, PLACE_FILTERS_BY_SYSTEM } from './filters/places.js';
import { MAX_COUNTED, selectMatching } from './select-matching.js';

/**
 * How many contracts match but for their system, which nobody knows, up to MAX_COUNTED. Null where no filter asks for a
 * system. One statement, or none.
 */
export async function countUnplaced(db: Reader, query: Selection): Promise<number | null> {
  if (PLACE_FILTERS_BY_SYSTEM.every((name) => query.filters[name] === undefined)) {
    return null;
  }
  const unplaced = selectMatching(query, {
    columns: emptySql,
    limit: MAX_COUNTED,
    without: PLACE_FILTERS_BY_SYSTEM,
    and: IS_UNPLACED,
  });
  const [row] = await db.$readRows<{ count: number }[]>(
    sql`SELECT count(*)::int AS count FROM (${unplaced}) unplaced`,
  );
  return row?.count ?? 0;
}
