import { named, sql, type Database } from '@hangar-bay/database';
import { IS_OUTSTANDING } from './outstanding.js';

export interface GroupRow {
  readonly group_id: number;
  readonly name: string;
  readonly category_id: number;
  readonly category_name: string | null;
}

export interface MarketGroupRow {
  readonly market_group_id: number;
  readonly name: string | null;
  readonly parent_group_id: number | null;
}

export interface Taxonomy {
  readonly groups: readonly GroupRow[];
  /** With all that are above them, so that every parent is there. */
  readonly market_groups: readonly MarketGroupRow[];
}

/**
 * The types of what is on offer. Each step finds the next type in the index of offered items, so the cost follows the
 * number of types and not that of items, and what the planner knows of the tables does not matter.
 */
const TYPES_ON_OFFER = sql`
  offered AS (
    (SELECT type_id FROM contract_items WHERE is_included AND NOT ended ORDER BY type_id LIMIT 1)
    UNION ALL
    SELECT (SELECT next.type_id FROM contract_items next
             WHERE next.is_included AND NOT next.ended AND next.type_id > offered.type_id
             ORDER BY next.type_id LIMIT 1)
      FROM offered WHERE offered.type_id IS NOT NULL
  ), on_offer AS MATERIALIZED (
    SELECT type.group_id, type.market_group_id
      FROM offered
        JOIN types type ON type.type_id = offered.type_id
        CROSS JOIN LATERAL (
          -- No join: it would be begun with the contracts where the planner takes them for few.
          SELECT FROM contract_items item
           WHERE item.type_id = offered.type_id AND item.is_included AND NOT item.ended
             AND (SELECT ${IS_OUTSTANDING} FROM contracts c WHERE c.contract_id = item.contract_id)
           LIMIT 1) any_offer
  )`;

type KindRow =
  | {
      readonly is_group: true;
      readonly id: number;
      readonly name: string;
      /** Its category. */
      readonly above_id: number;
      readonly category_name: string | null;
    }
  | {
      readonly is_group: false;
      readonly id: number;
      readonly name: string | null;
      /** Its parent. */
      readonly above_id: number | null;
    };

/** The kinds of what is on offer, in the order of names. One statement, since finding the types is most of the work. */
export async function listTaxonomy(db: Database): Promise<Taxonomy> {
  const kinds = await db.$queryRaw<KindRow[]>(
    named('taxonomy')`
      WITH RECURSIVE ${TYPES_ON_OFFER}, used AS (
        SELECT m.market_group_id, m.name, m.parent_group_id
        FROM (SELECT DISTINCT market_group_id FROM on_offer) direct
          JOIN market_groups m ON m.market_group_id = direct.market_group_id
        UNION
        SELECT parent.market_group_id, parent.name, parent.parent_group_id
        FROM used JOIN market_groups parent ON parent.market_group_id = used.parent_group_id
      ), kinds AS (
        SELECT TRUE AS is_group, g.group_id AS id, g.name, g.category_id AS above_id, category.name AS category_name
        FROM (SELECT DISTINCT group_id FROM on_offer) direct
          JOIN groups g ON g.group_id = direct.group_id
          LEFT JOIN categories category ON category.category_id = g.category_id
        UNION ALL
        SELECT FALSE, market_group_id, name, parent_group_id, NULL FROM used
      )
      SELECT * FROM kinds ORDER BY name COLLATE "C", id`,
  );
  return {
    groups: kinds.flatMap((kind) =>
      kind.is_group
        ? [
            {
              group_id: kind.id,
              name: kind.name,
              category_id: kind.above_id,
              category_name: kind.category_name,
            },
          ]
        : [],
    ),
    market_groups: kinds.flatMap((kind) =>
      kind.is_group ? [] : [{ market_group_id: kind.id, name: kind.name, parent_group_id: kind.above_id }],
    ),
  };
}
