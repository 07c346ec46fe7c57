import { sql, type Sql } from '@hangar-bay/database';
import { z } from 'zod';
import { yesOrNo } from '../../http/parameters.js';
import { isOneOf } from '../is-one-of.js';
import { INT32_MAX } from '../limits.js';
import { endOf, filter, idsUpTo, namesOf } from './filter.js';

const TOGETHER = 'One included item has to satisfy all item filters together';

const wholeNumber = z
  .int('must be a whole number')
  .min(0, 'must be at least 0')
  .max(INT32_MAX, `must be at most ${INT32_MAX}`);

/**
 * The least and the most of a term of blueprints. The contract's row has the least and the most that its included items
 * have, so that one filter needs no look at the items.
 */
function range(what: string, ofItem: Sql, least: Sql, most: Sql) {
  const bound = (which: string) => ({
    schema: wholeNumber.optional().meta({ description: `${which} ${what}. ${TOGETHER}` }),
    numeric: true,
  });
  return {
    min: filter({
      ...bound('Least'),
      where: (value) => sql`${most} >= ${value}::int`,
      ofItem: (value) => sql`${ofItem} >= ${value}::int`,
    }),
    max: filter({
      ...bound('Most'),
      where: (value) => sql`${least} <= ${value}::int`,
      ofItem: (value) => sql`${ofItem} <= ${value}::int`,
    }),
  };
}

const runs = range('runs of a blueprint copy', sql`item.runs`, sql`c.least_runs`, sql`c.most_runs`);
const me = range(
  'material efficiency of a blueprint',
  sql`item.material_efficiency`,
  sql`c.least_material_efficiency`,
  sql`c.most_material_efficiency`,
);
const te = range(
  'time efficiency of a blueprint',
  sql`item.time_efficiency`,
  sql`c.least_time_efficiency`,
  sql`c.most_time_efficiency`,
);

/** Those that the index of types can begin with. */
const typeFilters = {
  type_id: filter({
    ...idsUpTo(INT32_MAX, `Types of an included item. ${TOGETHER}`),
    ofItem: (ids) => isOneOf(sql`item.type_id`, ids),
  }),
  group_id: filter({
    ...idsUpTo(INT32_MAX, `Groups of an included item. ${TOGETHER}`),
    ofItem: (ids) => sql`item.type_id IN (SELECT type_id FROM types WHERE ${isOneOf(sql`group_id`, ids)})`,
  }),
  market_group_id: filter({
    ...idsUpTo(INT32_MAX, `Market groups of an included item, or ancestors of them. ${TOGETHER}`),
    // As arrays: the planner takes a tree for hundreds of groups, and joined with all types it would take 8 ms.
    ofItem: (ids) => sql`item.type_id = ANY(ARRAY(
      SELECT type_id FROM types WHERE market_group_id = ANY(ARRAY(
        WITH RECURSIVE tree AS (
          SELECT unnest(${ids}::int[]) AS id
          UNION SELECT child.market_group_id FROM market_groups child JOIN tree ON child.parent_group_id = tree.id)
        SELECT id FROM tree))))`,
  }),
};

/** Those that the row of the contract tells of, as far as one of them is asked for. */
const toldFilters = {
  category_id: filter({
    ...idsUpTo(INT32_MAX, `Categories of an included item. ${TOGETHER}`),
    where: (ids) => sql`c.category_ids && ${ids}::int[]`,
    ofItem: (ids) => sql`item.type_id IN (
      SELECT types.type_id FROM types JOIN groups ON groups.group_id = types.group_id
      WHERE ${isOneOf(sql`groups.category_id`, ids)})`,
  }),
  min_runs: runs.min,
  max_runs: runs.max,
  min_me: me.min,
  max_me: me.max,
  min_te: te.min,
  max_te: te.max,
  is_blueprint_copy: filter({
    ...yesOrNo(
      `\`true\`: an included item is a copy (${TOGETHER.toLowerCase()}); \`false\`: none of them is`,
    ),
    where: (isCopy) => sql`c.contains_blueprint_copies = ${isCopy}::boolean`,
    ofItem: (isCopy) => (isCopy ? sql`item.is_blueprint_copy` : null),
  }),
};

/** Filters on what is in the contract. */
export const itemFilters = {
  ...typeFilters,
  ...toldFilters,
  contains_additional_items: filter({
    ...yesOrNo('Whether there is more than one included row'),
    where: (contains) => sql`c.contains_additional_items = ${contains}::boolean`,
  }),
  wants_type_id: filter({
    ...idsUpTo(INT32_MAX, 'Types of an item that the issuer wants in return'),
    looksBeyond: true,
    where: (ids, scope) => sql`EXISTS (SELECT FROM contract_items item
      WHERE item.contract_id = c.contract_id AND NOT item.is_included AND ${isOneOf(sql`item.type_id`, ids)}
      ${endOf(scope)})`,
  }),
};

export const TOLD_FILTERS = namesOf(toldFilters);
