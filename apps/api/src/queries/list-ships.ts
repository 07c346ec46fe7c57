import { joinSql, prepared, sql, type Database, type Sql } from '@hangar-bay/database';
import type { ParameterValues } from '../http/parameters.js';
import { placeFilters } from './filters/places.js';
import { IS_SHIP_CONTRACT, shipFilters } from './filters/ships.js';
import { selectGeneration } from './generation.js';
import { isOneOf } from './is-one-of.js';
import { IS_OUTSTANDING } from './outstanding.js';

/** A ship type on offer in a region. */
export interface ShipOfferRow {
  readonly type_id: number;
  readonly name: string | null;
  readonly group_id: number | null;
  readonly group_name: string | null;
  readonly region_id: number;
  readonly region_name: string | null;
  readonly outstanding: number;
  readonly auctions: number;
  readonly lowest_price: number | null;
  readonly lowest_exchange_price: number | null;
}

export interface ShipOffers {
  readonly rows: readonly ShipOfferRow[];
  readonly as_of: Date | null;
}

/** Parameters of the contract lists, which mean the same here. */
export const SHIP_FILTERS = {
  region_id: placeFilters.region_id,
  ship_group_id: shipFilters.ship_group_id,
};

export type ShipFilterValues = ParameterValues<typeof SHIP_FILTERS>;

/** What the outstanding ship contracts offer, by type and region, in the order of names. One statement. */
export async function listShips(db: Database, filters: ShipFilterValues): Promise<ShipOffers> {
  const [offers] = await db.$readRows<ShipOffers[]>(selectOffers(filters));
  return offers ?? { rows: [], as_of: null };
}

/** Each offer finds its names by their keys: however few offers there are, the planner would read all types and names. */
function selectOffers({ region_id, ship_group_id }: ShipFilterValues): Sql {
  const conditions = [
    IS_OUTSTANDING,
    IS_SHIP_CONTRACT,
    ...(region_id === undefined ? [] : [isOneOf(sql`c.region_id`, region_id)]),
    ...(ship_group_id === undefined ? [] : [isShipOfGroups(ship_group_id)]),
  ];
  const statement = sql`
    WITH offers AS (
      SELECT c.ship_type_id AS type_id, c.region_id, count(*) AS outstanding,
        count(*) FILTER (WHERE c.type = 'auction') AS auctions, min(c.price) AS lowest_price,
        min(c.price) FILTER (WHERE c.type = 'item_exchange' AND c.requested_row_count = 0) AS lowest_exchange_price
      FROM contracts c WHERE ${joinSql(conditions, ' AND ')}
      GROUP BY c.ship_type_id, c.region_id
    ), named AS (
      SELECT offers.type_id, ship.name, ship.group_id, ship.group_name, offers.region_id, region.name AS region_name,
        offers.outstanding, offers.auctions, offers.lowest_price::float8 AS lowest_price,
        offers.lowest_exchange_price::float8 AS lowest_exchange_price
      FROM offers
        LEFT JOIN LATERAL (
          SELECT type.name, type.group_id, ship_group.name AS group_name
          FROM types type LEFT JOIN groups ship_group ON ship_group.group_id = type.group_id
          WHERE type.type_id = offers.type_id OFFSET 0) ship ON TRUE
        LEFT JOIN LATERAL (SELECT names.name FROM names WHERE names.id = offers.region_id OFFSET 0) region ON TRUE
    )
    SELECT (SELECT coalesce(json_agg(named ORDER BY name COLLATE "C", type_id, region_id), '[]') FROM named) AS rows,
      ${selectGeneration(region_id)} AS as_of`;
  // Without filters the text is always the same.
  return region_id === undefined && ship_group_id === undefined ? prepared(statement) : statement;
}

function isShipOfGroups(groupIds: readonly number[]): Sql {
  return sql`c.ship_type_id IN (SELECT type_id FROM types WHERE ${isOneOf(sql`group_id`, groupIds)})`;
}
