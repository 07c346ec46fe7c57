import { named, sql, type Database, type Sql } from '@hangar-bay/database';
import { IS_OUTSTANDING } from './outstanding.js';

/** The kinds of what is on offer, in the order of names: rows as JSON, with commas between them. */
export interface Taxonomy {
  readonly categories: string;
  readonly groups: string;
  /** With all that are above them, so that every parent is there. */
  readonly market_groups: string;
}

/**
 * Takes a row of `kind` where any of its types is on offer. Types are tried one by one in the index of offered items until
 * one is found, so the cost follows the number of kinds, not that of items, nor, where much is on offer, of types. No
 * joins: they would be begun with the contracts where the planner takes those for few.
 */
function whereOnOffer(ofKind: Sql): Sql {
  return sql`CROSS JOIN LATERAL (
    SELECT FROM types type WHERE ${ofKind} AND (
      SELECT TRUE FROM contract_items item
       WHERE item.type_id = type.type_id AND item.is_included AND NOT item.ended
         AND (SELECT ${IS_OUTSTANDING} FROM contracts c WHERE c.contract_id = item.contract_id)
       LIMIT 1)
    LIMIT 1) any_type`;
}

/** One statement. */
export async function listTaxonomy(db: Database): Promise<Taxonomy> {
  const [taxonomy] = await db.$readRows<Taxonomy[]>(
    named('taxonomy')`
      WITH RECURSIVE used_groups AS MATERIALIZED (
        SELECT kind.group_id, kind.name, kind.category_id
        FROM groups kind ${whereOnOffer(sql`type.group_id = kind.group_id`)}
      ), used_market_groups AS (
        SELECT kind.market_group_id, kind.name, kind.parent_group_id
        FROM market_groups kind ${whereOnOffer(sql`type.market_group_id = kind.market_group_id`)}
        UNION
        SELECT parent.market_group_id, parent.name, parent.parent_group_id
        FROM used_market_groups child JOIN market_groups parent ON parent.market_group_id = child.parent_group_id
      ), used_categories AS (
        SELECT direct.category_id, category.name
        FROM (SELECT DISTINCT category_id FROM used_groups) direct
          LEFT JOIN categories category ON category.category_id = direct.category_id
      )
      SELECT
        (SELECT coalesce(string_agg(row_to_json(kind)::text, ',' ORDER BY name COLLATE "C", category_id), '')
           FROM used_categories kind) AS categories,
        (SELECT coalesce(string_agg(row_to_json(kind)::text, ',' ORDER BY name COLLATE "C", group_id), '')
           FROM used_groups kind) AS groups,
        (SELECT coalesce(string_agg(row_to_json(kind)::text, ',' ORDER BY name COLLATE "C", market_group_id), '')
           FROM used_market_groups kind) AS market_groups`,
  );
  return taxonomy ?? { categories: '', groups: '', market_groups: '' };
}
