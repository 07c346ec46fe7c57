import type { NamedThing } from '../missing-names.js';
import type { ContractRow } from './contract-row.js';
import type { ItemRow } from './find-contract.js';
import type { ShipOfferRow } from './list-ships.js';

/** Ids above it are of players' structures, whose names are not public. */
const LAST_STATION_ID = 1_000_000_000_000n;

/** What a contract names. */
export function namedInContract(row: ContractRow): NamedThing[] {
  return [
    { kind: 'region', id: row.region_id, name: row.region_name },
    { kind: 'issuer', id: row.issuer_id, name: row.issuer_name },
    { kind: 'corporation', id: row.issuer_corporation_id, name: row.issuer_corporation_name },
    { kind: 'station', id: stationId(row.start_location_id), name: row.start_location_name },
    { kind: 'station', id: stationId(row.end_location_id), name: row.end_location_name },
    { kind: 'type', id: row.ship_type_id, name: row.ship_name },
    { kind: 'type', id: row.primary_type_id, name: row.primary_name },
    ...(row.composition ?? []).map(({ category_id, category_name }): NamedThing => ({
      kind: 'category',
      id: category_id,
      name: category_name,
    })),
  ];
}

/** What an item names. */
export function namedInItem({ type_id, type_name }: ItemRow): NamedThing {
  return { kind: 'type', id: type_id, name: type_name };
}

/** What an offer of a ship names. */
export function namedInOffer({ type_id, name, region_id, region_name }: ShipOfferRow): NamedThing[] {
  return [
    { kind: 'type', id: type_id, name },
    { kind: 'region', id: region_id, name: region_name },
  ];
}

function stationId(locationId: bigint | null): bigint | null {
  return locationId !== null && locationId <= LAST_STATION_ID ? locationId : null;
}
