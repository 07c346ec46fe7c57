import { CLASSIFICATION_VERSION, SHIP_CATEGORY_ID } from '@hangar-bay/domain';
import { Client } from 'pg';

type Row = Readonly<Record<string, unknown>>;

/** Inserts rows into a table of the database under test. */
export async function insert(databaseUrl: string, table: string, rows: readonly Row[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) {
    return;
  }
  const columns = Object.keys(first);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // One JSON document is one parameter, however many rows there are.
    await client.query(
      `INSERT INTO ${table} (${columns.join(', ')})
       SELECT ${columns.join(', ')} FROM json_populate_recordset(NULL::${table}, $1)`,
      [JSON.stringify(rows)],
    );
  } finally {
    await client.end();
  }
}

const DAY_MS = 24 * 3600 * 1000;
const daysFromNow = (days: number) =>
  new Date(Math.floor(Date.now() / 1000) * 1000 + days * DAY_MS).toISOString();

/** A visible, outstanding item exchange, but for what is said otherwise. */
export function contract(fields: Row & { readonly contract_id: number }): Row {
  return {
    region_id: 10000002,
    type: 'item_exchange',
    issuer_id: 90000001,
    issuer_corporation_id: 98000001,
    for_corporation: false,
    date_issued: daysFromNow(-1),
    date_expired: daysFromNow(7),
    title: '',
    price: 1000,
    reward: 0,
    collateral: null,
    buyout: null,
    volume: 10,
    days_to_complete: null,
    start_location_id: 60003760,
    end_location_id: null,
    first_seen_at: daysFromNow(-1),
    items_state: 'stored',
    visible_since: daysFromNow(-1),
    gone_at: null,
    included_row_count: 1,
    requested_row_count: 0,
    ship_row_count: 0,
    contains_additional_items: false,
    contains_blueprint_copies: false,
    category_ids: [],
    ship_type_id: null,
    ship_quantity: null,
    ship_is_blueprint_copy: null,
    least_runs: null,
    most_runs: null,
    least_material_efficiency: null,
    most_material_efficiency: null,
    least_time_efficiency: null,
    most_time_efficiency: null,
    classification_version: CLASSIFICATION_VERSION,
    highest_bid: null,
    bid_count: 0,
    ...fields,
  };
}

/** The columns of a contract that sells one ship. */
export const oneShip = (typeId: number) => ({
  category_ids: [SHIP_CATEGORY_ID],
  ship_row_count: 1,
  ship_type_id: typeId,
  ship_quantity: 1,
  ship_is_blueprint_copy: false,
});

/** An included item row, but for what is said otherwise. */
export function item(fields: Row & { readonly contract_id: number; readonly type_id: number }): Row {
  return {
    position: 0,
    record_id: 1,
    quantity: 1,
    is_included: true,
    item_id: null,
    is_blueprint_copy: false,
    runs: null,
    material_efficiency: null,
    time_efficiency: null,
    ...fields,
  };
}

/** Jita, its region, two frigates, a mineral, and who sells them. */
export async function insertPlaces(databaseUrl: string): Promise<void> {
  const now = daysFromNow(0);
  const known = { resolved_at: now };
  await insert(databaseUrl, 'regions', [
    {
      region_id: 10000002,
      generation: '2026-08-18T11:05:00Z',
      last_complete_sweep_at: now,
      last_sweep_outcome: 'complete',
      failed_sweeps: 0,
    },
    {
      region_id: 10000043,
      generation: '2026-08-18T10:35:00Z',
      last_complete_sweep_at: daysFromNow(-1),
      last_sweep_outcome: 'failed',
      failed_sweeps: 3,
    },
    {
      region_id: 10000030,
      generation: null,
      last_complete_sweep_at: null,
      last_sweep_outcome: null,
      failed_sweeps: 0,
    },
  ]);
  await insert(databaseUrl, 'names', [
    { id: 10000002, name: 'The Forge', category: 'region', ...known },
    { id: 10000043, name: 'Domain', category: 'region', ...known },
    { id: 90000001, name: 'Some Pilot', category: 'character', ...known },
    { id: 98000001, name: 'Some Corporation', category: 'corporation', ...known },
  ]);
  await insert(databaseUrl, 'groups', [
    { group_id: 25, name: 'Frigate', category_id: 6, raw: {}, refreshed_at: now },
    { group_id: 18, name: 'Mineral', category_id: 4, raw: {}, refreshed_at: now },
  ]);
  await insert(databaseUrl, 'types', [
    { type_id: 587, name: 'Rifter', group_id: 25, raw: {}, refreshed_at: now },
    { type_id: 603, name: 'Merlin', group_id: 25, raw: {}, refreshed_at: now },
    { type_id: 34, name: 'Tritanium', group_id: 18, raw: {}, refreshed_at: now },
  ]);
  await insert(databaseUrl, 'systems', [
    {
      system_id: 30000142,
      name: 'Jita',
      constellation_id: 20000020,
      region_id: 10000002,
      security_status: 0.9459,
      raw: {},
    },
  ]);
  await insert(databaseUrl, 'locations', [
    {
      location_id: 60003760,
      kind: 'station',
      name: 'Jita IV - Moon 4 - Caldari Navy Assembly Plant',
      system_id: 30000142,
      ...known,
    },
    { location_id: 1035466617946, kind: 'structure', name: null, system_id: null, resolved_at: null },
  ]);
}

export { daysFromNow };
