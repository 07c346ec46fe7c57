import { emptySql, joinSql, literal, sql } from '@hangar-bay/database';
import type { Reader } from './read-in-time.js';
import { whereAsked, type Selection } from './contract-query.js';
import { DATE_FILTERS } from './filters/dates.js';
import { PLACE_FILTERS_BY_SYSTEM, UNPLACED } from './filters/places.js';
import { MAX_COUNTED, selectMatching } from './select-matching.js';

/**
 * How many contracts match but for their system, which nobody knows, up to MAX_COUNTED. Null where no filter asks for a
 * system. One statement, or none.
 */
export async function countUnplaced(db: Reader, query: Selection): Promise<number | null> {
  if (PLACE_FILTERS_BY_SYSTEM.every((name) => query.filters[name] === undefined)) {
    return null;
  }
  // Behind coalesce, since dates of what is outstanding are taken for a few rows: an index of them would be begun with.
  const dates = sql`coalesce(${whereAsked(query, { among: DATE_FILTERS })}, FALSE)`;
  const parts = UNPLACED.map((isUnplaced) => {
    const matching = selectMatching(query, {
      columns: emptySql,
      limit: MAX_COUNTED,
      without: [...PLACE_FILTERS_BY_SYSTEM, ...DATE_FILTERS],
      and: sql`${isUnplaced} AND ${dates}`,
    });
    return sql`(${matching})`;
  });
  const unplaced = sql`${joinSql(parts, ' UNION ALL ')} LIMIT ${literal(MAX_COUNTED)}`;
  const [row] = await db.$readRows<{ count: number }[]>(
    sql`SELECT count(*)::int AS count FROM (${unplaced}) unplaced`,
  );
  return row?.count ?? 0;
}
