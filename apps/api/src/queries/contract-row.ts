import { sql } from '@hangar-bay/database';
import type { ContractType } from '@hangar-bay/domain';
import { securityOf, type SecurityClass } from './security.js';

/** The columns of a copied item, under the prefix of which one it is. */
type CopiedItemColumns<Prefix extends string> = {
  readonly [Column in keyof CopiedItemRow as `${Prefix}_${Column}`]: CopiedItemRow[Column];
};

/** All null where the contract has no such item. */
interface CopiedItemRow {
  readonly type_id: number | null;
  readonly name: string | null;
  readonly quantity: bigint | null;
  readonly is_blueprint_copy: boolean | null;
  readonly runs: number | null;
  readonly material_efficiency: number | null;
  readonly time_efficiency: number | null;
}

/** The included items of one category. */
export interface CompositionRow {
  /** Null: of types that are not known. */
  readonly category_id: number | null;
  readonly category_name: string | null;
  readonly item_rows: number;
  readonly quantity: number;
}

/** What CONTRACT_COLUMNS selects. */
export interface ContractRow extends CopiedItemColumns<'ship'>, CopiedItemColumns<'primary'> {
  readonly contract_id: bigint;
  /** Another one after each change of the contract. */
  readonly row_version: string;
  readonly type: ContractType;
  readonly status: 'outstanding' | 'expired' | 'gone';
  readonly region_id: number;
  readonly region_name: string | null;
  readonly system_id: number | null;
  readonly system_name: string | null;
  readonly security_status: number | null;
  readonly security: SecurityClass | null;
  readonly start_location_id: bigint | null;
  readonly start_location_name: string | null;
  readonly end_location_id: bigint | null;
  readonly end_location_name: string | null;
  readonly issuer_id: bigint;
  readonly issuer_name: string | null;
  readonly issuer_corporation_id: bigint;
  readonly issuer_corporation_name: string | null;
  readonly for_corporation: boolean;
  readonly title: string;
  readonly price: number | null;
  readonly reward: number | null;
  readonly collateral: number | null;
  readonly buyout: number | null;
  readonly highest_bid: number | null;
  readonly bid_count: number;
  readonly volume: number | null;
  readonly reward_per_volume: number | null;
  readonly days_to_complete: number | null;
  readonly date_issued: Date;
  readonly date_expired: Date;
  readonly ship_row_count: number;
  readonly included_row_count: number;
  readonly requested_row_count: number;
  readonly contains_additional_items: boolean;
  /** Null: no included item. */
  readonly composition: readonly CompositionRow[] | null;
}

/** A contract's place on a page. */
export interface ListedRow {
  readonly contract_id: number;
  readonly status: ContractRow['status'];
  /** As that of ContractRow. */
  readonly row_version: string;
  readonly position_value: string | null;
}

export const STATUS = sql`
  CASE WHEN c.gone_at IS NOT NULL THEN 'gone' WHEN c.date_expired <= now() THEN 'expired' ELSE 'outstanding' END`;

/** Amounts become float8, which is what a JSON number is to most readers: exact to the cent up to 9 × 10^13 ISK. */
export const CONTRACT_COLUMNS = sql`
  c.contract_id, c.xmin::text AS row_version, c.type::text AS type, ${STATUS} AS status,
  c.region_id, region.name AS region_name,
  start_location.system_id, start_system.name AS system_name, start_system.security_status,
  ${securityOf(sql`start_system`)} AS security,
  c.start_location_id, start_location.name AS start_location_name,
  c.end_location_id, end_location.name AS end_location_name,
  c.issuer_id, issuer.name AS issuer_name,
  c.issuer_corporation_id, corporation.name AS issuer_corporation_name, c.for_corporation,
  c.title, c.price::float8 AS price, c.reward::float8 AS reward, c.collateral::float8 AS collateral,
  c.buyout::float8 AS buyout, c.highest_bid::float8 AS highest_bid, c.bid_count,
  c.volume, c.reward_per_volume, c.days_to_complete, c.date_issued, c.date_expired,
  c.ship_type_id, c.ship_name, c.ship_quantity, c.ship_is_blueprint_copy, c.ship_runs,
  c.ship_material_efficiency, c.ship_time_efficiency,
  c.primary_type_id, primary_type.name AS primary_name, c.primary_quantity, c.primary_is_blueprint_copy, c.primary_runs,
  c.primary_material_efficiency, c.primary_time_efficiency,
  c.ship_row_count, c.included_row_count, c.requested_row_count, c.contains_additional_items,
  contents.composition`;

/** Everything that names a contract's ids, each by primary key, and what its included items are. */
export const CONTRACT_JOINS = sql`
  LEFT JOIN names region ON region.id = c.region_id
  LEFT JOIN names issuer ON issuer.id = c.issuer_id
  LEFT JOIN names corporation ON corporation.id = c.issuer_corporation_id
  LEFT JOIN locations start_location ON start_location.location_id = c.start_location_id
  LEFT JOIN systems start_system ON start_system.system_id = start_location.system_id
  LEFT JOIN locations end_location ON end_location.location_id = c.end_location_id
  LEFT JOIN types primary_type ON primary_type.type_id = c.primary_type_id
  LEFT JOIN LATERAL (
    SELECT json_agg(of_category ORDER BY of_category.item_rows DESC, of_category.category_id) AS composition FROM (
      SELECT item_group.category_id, category.name AS category_name, count(*)::int AS item_rows,
        sum(item.quantity)::float8 AS quantity
      FROM contract_items item LEFT JOIN types item_type ON item_type.type_id = item.type_id
        LEFT JOIN groups item_group ON item_group.group_id = item_type.group_id
        LEFT JOIN categories category ON category.category_id = item_group.category_id
      WHERE item.contract_id = c.contract_id AND item.is_included
      GROUP BY item_group.category_id, category.name) of_category
  ) contents ON TRUE`;
