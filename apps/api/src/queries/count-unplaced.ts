import { emptySql, joinSql, literal, sql, type Sql } from '@hangar-bay/database';
import { looksBeyond } from './contract-filters.js';
import { whereAsked, whereQuery, type Selection } from './contract-query.js';
import { DATE_FILTERS } from './filters/dates.js';
import { IS_UNPLACED, PLACE_FILTERS_BY_SYSTEM, UNPLACED_PARTS } from './filters/places.js';
import type { Reader } from './read-in-time.js';
import { MAX_COUNTED, selectMatching } from './select-matching.js';

/** So many contracts are asked one by one whether the system of their location is known. */
const ONE_BY_ONE = 2_000;

/**
 * How many contracts match but for their system, which nobody knows, up to MAX_COUNTED. Null where no filter asks for a
 * system. One statement, or none.
 */
export async function countUnplaced(db: Reader, query: Selection): Promise<number | null> {
  if (PLACE_FILTERS_BY_SYSTEM.every((name) => query.filters[name] === undefined)) {
    return null;
  }
  // With what has ended, locations have too many contracts to begin with; items and texts are found as for the list.
  const mayBeginWithLocations = query.filters.status === 'outstanding' && !looksBeyond(query.filters);
  const [row] = await db.$readRows<{ count: number }[]>(
    mayBeginWithLocations ? countWhereLess(query) : countAmongMatching(query),
  );
  return row?.count ?? 0;
}

function countAmongMatching(query: Selection): Sql {
  const unplaced = selectMatching(query, {
    columns: emptySql,
    limit: MAX_COUNTED,
    without: PLACE_FILTERS_BY_SYSTEM,
    and: IS_UNPLACED,
  });
  return sql`SELECT count(*)::int AS count FROM (${unplaced}) unplaced`;
}

/**
 * Where the other filters leave more than a few, begins with the locations whose system nobody knows. The planner cannot
 * tell: it sees neither what a sub-select finds nor how much of the past is on offer. Only one half is run.
 */
function countWhereLess(query: Selection): Sql {
  const matching = whereQuery(query, { without: PLACE_FILTERS_BY_SYSTEM });
  return sql`
    WITH few AS MATERIALIZED (
        SELECT c.start_location_id FROM contracts c WHERE ${matching} LIMIT ${literal(ONE_BY_ONE + 1)}),
      found AS MATERIALIZED (SELECT NOT EXISTS (SELECT FROM few OFFSET ${literal(ONE_BY_ONE)}) AS are_few)
    SELECT CASE WHEN are_few THEN (SELECT count(*) FROM few c WHERE ${IS_UNPLACED})
      ELSE (SELECT count(*) FROM (${selectFromLocations(query)}) unplaced) END::int AS count FROM found`;
}

/** OFFSET 0: dates come last, since the planner takes those of what is on offer for a few, and would begin with them. */
function selectFromLocations(query: Selection): Sql {
  const others = whereQuery(query, { without: [...PLACE_FILTERS_BY_SYSTEM, ...DATE_FILTERS] });
  const asked = whereAsked(query, { without: PLACE_FILTERS_BY_SYSTEM });
  const parts = UNPLACED_PARTS.map(
    (isUnplaced) => sql`(
      SELECT FROM (SELECT * FROM contracts c WHERE ${others} AND ${isUnplaced} OFFSET 0) c
      WHERE ${asked} LIMIT ${literal(MAX_COUNTED)})`,
  );
  return sql`${joinSql(parts, ' UNION ALL ')} LIMIT ${literal(MAX_COUNTED)}`;
}
