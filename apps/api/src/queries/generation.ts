import { sql, type Sql } from '@hangar-bay/database';
import { isOneOf } from './is-one-of.js';

/**
 * The oldest generation among the regions asked for: nothing that is shown is older. Null where that cannot be said,
 * because a region asked for by name, or one that has contracts on offer, was never swept completely.
 *
 * Without names, regions count that have contracts on offer or were swept within a day: one that nobody sweeps any more
 * counts until its last contract has ended, and no longer.
 */
export function selectGeneration(regionIds: readonly number[] | undefined): Sql {
  if (regionIds !== undefined) {
    const ids = [...new Set(regionIds)];
    return sql`(SELECT CASE WHEN count(generation) = ${ids.length}::int THEN min(generation) END
      FROM regions WHERE ${isOneOf(sql`region_id`, ids)})`;
  }
  return sql`(SELECT CASE WHEN count(generation) = count(*) THEN min(generation) END
    FROM regions
    WHERE (generation IS NOT NULL AND last_sweep_at > now() - interval '1 day')
      OR EXISTS (SELECT FROM contracts c
        WHERE c.region_id = regions.region_id AND c.visible_since IS NOT NULL AND c.ended_at IS NULL))`;
}
