import fc from 'fast-check';
import { daysFromNow, insert } from '../world.js';

/** What the naive evaluation needs to know of a type. */
export interface NaiveType {
  readonly type_id: number;
  readonly name: string;
  readonly group_id: number;
  readonly category_id: number;
  /** The market group and all of its ancestors. */
  readonly market_group_ids: readonly number[];
}

export interface NaivePlace {
  readonly location_id: number;
  readonly name: string | null;
  readonly system_id: number | null;
  readonly security: 'high' | 'low' | 'null' | 'wormhole' | null;
}

export interface NaiveItem {
  readonly contract_id: number;
  readonly position: number;
  readonly type_id: number;
  readonly quantity: number;
  readonly is_included: boolean;
  readonly is_blueprint_copy: boolean;
  readonly runs: number | null;
  readonly material_efficiency: number | null;
  readonly time_efficiency: number | null;
}

export interface NaiveContract {
  readonly contract_id: number;
  readonly type: 'item_exchange' | 'auction' | 'courier';
  readonly region_id: number;
  readonly start_location_id: number | null;
  readonly issuer_id: number;
  readonly issuer_corporation_id: number;
  readonly for_corporation: boolean;
  readonly title: string;
  readonly price: number | null;
  readonly buyout: number | null;
  readonly reward: number | null;
  readonly collateral: number | null;
  readonly volume: number | null;
  readonly days_to_complete: number | null;
  readonly date_issued: string;
  readonly date_expired: string;
  readonly gone_at: string | null;
  readonly items: readonly NaiveItem[];
}

export const REGIONS = [10000002, 10000043, 10000030];
export const SHIP_CATEGORY = 6;

export const TYPES: readonly NaiveType[] = [
  { type_id: 587, name: 'Rifter', group_id: 25, category_id: 6, market_group_ids: [64, 61, 4] },
  { type_id: 603, name: 'Merlin', group_id: 25, category_id: 6, market_group_ids: [64, 61, 4] },
  { type_id: 638, name: 'Raven', group_id: 27, category_id: 6, market_group_ids: [80, 4] },
  { type_id: 691, name: 'Rifter Blueprint', group_id: 105, category_id: 9, market_group_ids: [204, 2] },
  { type_id: 999, name: 'raven blueprint', group_id: 107, category_id: 9, market_group_ids: [] },
  { type_id: 34, name: 'Tritanium', group_id: 18, category_id: 4, market_group_ids: [1857] },
];

const MARKET_GROUPS: readonly (readonly [id: number, parent: number | null])[] = [
  [4, null],
  [61, 4],
  [64, 61],
  [80, 4],
  [2, null],
  [204, 2],
  [1857, null],
];

export const PLACES: readonly NaivePlace[] = [
  { location_id: 60003760, name: 'Jita IV - Moon 4', system_id: 30000142, security: 'high' },
  { location_id: 60000001, name: 'Rounded up', system_id: 30000001, security: 'high' },
  { location_id: 60000002, name: 'Rounded down', system_id: 30000002, security: 'low' },
  { location_id: 60000003, name: 'Barely low', system_id: 30000003, security: 'low' },
  { location_id: 60000004, name: 'Zero', system_id: 30000004, security: 'null' },
  { location_id: 60000005, name: 'Thera', system_id: 31000005, security: 'wormhole' },
  { location_id: 60000006, name: 'By its region', system_id: 30000006, security: 'wormhole' },
  { location_id: 60000007, name: null, system_id: null, security: null },
  { location_id: 1035466617946, name: null, system_id: null, security: null },
];

const SYSTEMS: readonly (readonly [id: number, region: number, status: number])[] = [
  [30000142, 10000002, 0.9459],
  [30000001, 10000002, 0.45],
  [30000002, 10000002, 0.4499],
  [30000003, 10000043, 0.02],
  [30000004, 10000043, 0],
  [31000005, 11000031, -0.99],
  [30000006, 11000001, 0.7],
];

const TITLES = ['', '', '', 'rifter x10', '100% off', 'RIFTER FLEET', 'cheap_stuff', 'ÄÖ moon'];

const hours = (hour: number) => daysFromNow(hour / 24);
const oneOf = <Value>(...values: readonly Value[]) => fc.constantFrom(...values);
const maybe = (...values: readonly number[]) => fc.constantFrom(null, ...values);

const anItem = fc.record({
  type_id: oneOf(...TYPES.map(({ type_id }) => type_id)),
  quantity: fc.integer({ min: 1, max: 5 }),
  is_included: oneOf(true, true, true, false),
  is_blueprint_copy: fc.boolean(),
  runs: maybe(1, 10, 300),
  material_efficiency: maybe(0, 5, 10),
  time_efficiency: maybe(0, 10, 20),
});

const aContract = fc.record({
  type: oneOf('item_exchange' as const, 'item_exchange' as const, 'auction' as const, 'courier' as const),
  region_id: oneOf(...REGIONS),
  start_location_id: oneOf(null, ...PLACES.map(({ location_id }) => location_id)),
  issuer_id: oneOf(90000001, 90000002, 90000003),
  issuer_corporation_id: oneOf(98000001, 98000002),
  for_corporation: fc.boolean(),
  title: oneOf(...TITLES),
  price: maybe(0, 0.01, 1000, 1000, 1234567.89),
  buyout: maybe(0, 5000),
  reward: maybe(0, 10, 2_500_000),
  collateral: maybe(0, 1_000_000_000),
  volume: maybe(0, 0.1, 3, 3, 860_000),
  days_to_complete: maybe(0, 3, 7),
  date_issued: fc.integer({ min: -30, max: -1 }).map(hours),
  date_expired: oneOf(-20, 10, 10, 20, 300).map(hours),
  gone_at: oneOf(null, null, null, hours(-2)),
  items: fc.array(anItem, { maxLength: 4 }),
});

/** The same contracts for the same seed, but for the time of day. */
export function drawContracts(count: number, seed: number): NaiveContract[] {
  return fc.sample(aContract, { numRuns: count, seed }).map((drawn, index) => {
    const contract_id = 1 + ((index * 7) % count);
    const items = drawn.type === 'courier' ? [] : drawn.items;
    return {
      ...drawn,
      contract_id,
      items: items.map((item, position) => ({ ...item, contract_id, position })),
    };
  });
}

/** Stores the universe that the contracts are about. */
export async function insertUniverse(databaseUrl: string): Promise<void> {
  const refreshed_at = daysFromNow(0);
  const categories = [...new Set(TYPES.map(({ category_id }) => category_id))];
  const groups = new Map(TYPES.map(({ group_id, category_id }) => [group_id, category_id]));
  await insert(
    databaseUrl,
    'regions',
    REGIONS.map((region_id) => ({ region_id, failed_sweeps: 0 })),
  );
  await insert(
    databaseUrl,
    'categories',
    categories.map((category_id) => ({
      category_id,
      name: `Category ${category_id}`,
      raw: {},
      refreshed_at,
    })),
  );
  await insert(
    databaseUrl,
    'groups',
    [...groups].map(([group_id, category_id]) => ({
      group_id,
      name: 'A group',
      category_id,
      raw: {},
      refreshed_at,
    })),
  );
  await insert(
    databaseUrl,
    'market_groups',
    MARKET_GROUPS.map(([market_group_id, parent_group_id]) => ({
      market_group_id,
      name: 'A market group',
      parent_group_id,
      raw: {},
      refreshed_at,
    })),
  );
  await insert(
    databaseUrl,
    'types',
    TYPES.map(({ type_id, name, group_id, market_group_ids: [market_group_id = null] }) => ({
      type_id,
      name,
      group_id,
      market_group_id,
      raw: {},
      refreshed_at,
    })),
  );
  await insert(
    databaseUrl,
    'systems',
    SYSTEMS.map(([system_id, region_id, security_status]) => ({
      system_id,
      name: `System ${system_id}`,
      constellation_id: 20000020,
      region_id,
      security_status,
      raw: {},
    })),
  );
  await insert(
    databaseUrl,
    'locations',
    PLACES.map(({ location_id, name, system_id }) => ({
      location_id,
      kind: location_id > 1e12 ? 'structure' : 'station',
      name,
      system_id,
    })),
  );
}
