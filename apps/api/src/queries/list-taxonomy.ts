import { sql, type Database, type Sql } from '@hangar-bay/database';
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
 * One included item of an outstanding contract whose type is in a kind. For each kind the search ends with the first,
 * so the cost follows the number of types and not that of items.
 */
const anyOffer = (isInKind: Sql) => sql`
  SELECT FROM types type
    JOIN contract_items item ON item.type_id = type.type_id AND item.is_included AND NOT item.ended
    JOIN contracts c ON c.contract_id = item.contract_id
  WHERE ${isInKind} AND ${IS_OUTSTANDING}
  LIMIT 1`;

/** The kinds of what is on offer, in the order of names. Two statements. */
export async function listTaxonomy(db: Database): Promise<Taxonomy> {
  const [groups, market_groups] = await Promise.all([
    db.$queryRaw<GroupRow[]>(sql`
      SELECT g.group_id, g.name, g.category_id, category.name AS category_name
      FROM groups g
        CROSS JOIN LATERAL (${anyOffer(sql`type.group_id = g.group_id`)}) offer
        LEFT JOIN categories category ON category.category_id = g.category_id
      ORDER BY g.name COLLATE "C", g.group_id`),
    db.$queryRaw<MarketGroupRow[]>(sql`
      WITH RECURSIVE used AS (
        SELECT m.market_group_id, m.name, m.parent_group_id
        FROM market_groups m CROSS JOIN LATERAL (${anyOffer(sql`type.market_group_id = m.market_group_id`)}) offer
        UNION
        SELECT parent.market_group_id, parent.name, parent.parent_group_id
        FROM used JOIN market_groups parent ON parent.market_group_id = used.parent_group_id
      )
      SELECT * FROM used ORDER BY name COLLATE "C", market_group_id`),
  ]);
  return { groups, market_groups };
}
