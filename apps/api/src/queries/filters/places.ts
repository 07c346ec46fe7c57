import { sql, type Sql } from '@hangar-bay/database';
import { z } from 'zod';
import { listOf } from '../../http/parameters.js';
import { isOneOf } from '../is-one-of.js';
import { INT32_MAX, INT53_MAX } from '../limits.js';
import { SECURITY_CLASSES, securityOf, type SecurityClass } from '../security.js';
import { filter, idsUpTo } from './filter.js';

/** More locations are taken for half of the market in planning; only high security has as many. */
const MOST_PLANNED = 1_000;

/** The hubs of the market are all there. */
const WHERE_MOST_ARE = 'high' satisfies SecurityClass;

const LEAVES_OUT = 'Leaves out structures, whose system only their guests can know: see `unplaced_excluded`';

/** Where a contract is: its region by the list that holds it, all else by its start location. */
export const placeFilters = {
  region_id: filter({
    ...idsUpTo(INT32_MAX, 'Regions whose list holds the contract'),
    where: (ids) => isOneOf(sql`c.region_id`, ids),
  }),
  system_id: filter({
    ...idsUpTo(INT32_MAX, `Solar systems of the start location. ${LEAVES_OUT}`),
    // As an array, which an index of locations can begin with: there are a dozen in a system.
    where: (ids, { places }) =>
      places.inSystems === null
        ? sql`c.start_location_id = ANY(ARRAY(${selectInSystems(ids)}))`
        : isAtOneOf(places.inSystems),
  }),
  location_id: filter({
    ...idsUpTo(
      INT53_MAX,
      'Start locations: stations, or structures, whose ids are known to those who have been there',
    ),
    where: (ids) => isOneOf(sql`c.start_location_id`, ids, 'bigint'),
  }),
  security: filter({
    schema: listOf(z.enum(SECURITY_CLASSES, `must be one of ${SECURITY_CLASSES.join(', ')}`))
      .optional()
      .meta({
        description: `Security of the start location's system: \`high\` from 0.45 on, which EVE shows as 0.5; \`low\` above 0.0; \`null\` 0.0 and below; \`wormhole\` whatever it is there. ${LEAVES_OUT}`,
      }),
    repeatable: true,
    where: (classes, { places, isOutstanding, inAnyOrder }) =>
      places.withSecurity === null
        ? sql`c.start_location_id IN (${selectWithSecurity(classes)})`
        : isOutstanding && inAnyOrder && !classes.includes(WHERE_MOST_ARE)
          ? isAtFewOf(places.withSecurity)
          : isAtOneOf(places.withSecurity),
  }),
};

/**
 * Planning looks up how much each of the locations has, which takes 3 ms for three thousand of them, and for each index.
 * Behind coalesce it does not.
 */
function isAtOneOf(locationIds: readonly string[]): Sql {
  const isThere = isOneOf(sql`c.start_location_id`, locationIds, 'bigint');
  return locationIds.length > MOST_PLANNED ? sql`coalesce(${isThere}, FALSE)` : isThere;
}

/**
 * Of a thousand locations in plain sight, the planner takes the way through their index for ten times as long as it is,
 * and looks at all that is on offer instead. Behind a sub-select it takes them for ten locations.
 */
const isAtFewOf = (locationIds: readonly string[]) =>
  sql`c.start_location_id = ANY(ARRAY(SELECT unnest(${locationIds}::bigint[])))`;

/** Ids of the locations in solar systems. */
export function selectInSystems(systemIds: readonly number[]): Sql {
  return sql`SELECT location_id FROM locations WHERE ${isOneOf(sql`system_id`, systemIds)}`;
}

/** Ids of the locations whose systems are of one of these classes. */
export function selectWithSecurity(classes: readonly SecurityClass[]): Sql {
  return sql`SELECT location_id FROM locations JOIN systems system ON system.system_id = locations.system_id
    WHERE ${securityOf(sql`system`)} = ANY(${classes}::text[])`;
}

/** Contracts that these filters leave out because nobody knows the system of their start location. */
export const PLACE_FILTERS_BY_SYSTEM = ['system_id', 'security'] as const;

export const IS_UNPLACED = sql`NOT EXISTS (
  SELECT FROM locations WHERE locations.location_id = c.start_location_id AND locations.system_id IS NOT NULL)`;

/**
 * The same as two parts that an index of locations finds, as far as each start location stands in `locations`: the
 * statement that writes a contract puts it there, and nothing takes it away. As an array, one pass through the index.
 */
export const UNPLACED_PARTS = [
  sql`c.start_location_id = ANY(ARRAY(SELECT location_id FROM locations WHERE system_id IS NULL))`,
  sql`c.start_location_id IS NULL`,
];
