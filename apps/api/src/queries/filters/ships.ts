import { sql } from '@hangar-bay/database';
import { isOneOf } from '../is-one-of.js';
import { INT32_MAX } from '../limits.js';
import { yesOrNo } from '../../http/parameters.js';
import { filter, idsUpTo } from './filter.js';

/** Exactly one included row of a ship type, in the words of the indexes' predicates. */
export const IS_SHIP_CONTRACT = sql`c.ship_row_count = 1`;

export const shipFilters = {
  ship_type_id: filter({
    ...idsUpTo(INT32_MAX, 'Types of the ship, where the contract sells exactly one row of a ship type'),
    where: (ids) => sql`${IS_SHIP_CONTRACT} AND ${isOneOf(sql`c.ship_type_id`, ids)}`,
  }),
  ship_group_id: filter({
    ...idsUpTo(
      INT32_MAX,
      'Groups of the ship, such as frigates, where the contract sells exactly one row of a ship type',
    ),
    where: (ids) => sql`${IS_SHIP_CONTRACT} AND c.ship_type_id IN (
      SELECT type_id FROM types WHERE ${isOneOf(sql`group_id`, ids)})`,
  }),
  ship_bundle: filter({
    ...yesOrNo('Whether the contract sells several rows of ship types'),
    where: (isBundle) => (isBundle ? sql`c.ship_row_count > 1` : sql`c.ship_row_count <= 1`),
  }),
};
