import { createRandom, type Random } from '@hangar-bay/esi-sandbox';
import { CHARACTERS, CORPORATIONS, FIRST_STRUCTURE_ID } from './market.js';
import { JITA, THE_FORGE, type Universe } from './universe.js';

type Draw = (universe: Universe, random: Random) => string | number | boolean;

const DAY_MS = 86_400_000;

const few =
  (draw: Draw): Draw =>
  (universe, random) =>
    [...new Set(Array.from({ length: random.pick([1, 1, 1, 2, 3]) }, () => draw(universe, random)))].join(
      ',',
    );
const one =
  (...values: readonly (string | number | boolean)[]): Draw =>
  (_universe, random) =>
    random.pick(values);
const daysAway =
  (from: number, to: number): Draw =>
  (_universe, random) => {
    // Whole hours: the same query in the same hour, whoever makes it.
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    return new Date(hour + random.between(from * 24, to * 24) * (DAY_MS / 24)).toISOString();
  };
const isk = one(1_000, 1_000_000, 50_000_000, 1_000_000_000, 20_000_000_000);
const anyType: Draw = ({ ships, blueprints, modules, goods }, random) =>
  random.pickSkewed(random.pick([ships, blueprints, modules, goods])).type_id;

/** For each filter values that people would give, few of them without a match. */
const FILTERS: Readonly<Record<string, Draw>> = {
  region_id: few(one(THE_FORGE, THE_FORGE, 10000043, 10000030, 10000042, 10000069)),
  system_id: few(one(30000142, 30002187, 30000144, 30002053)),
  location_id: few(one(JITA, 60008494, 60011866, FIRST_STRUCTURE_ID + THE_FORGE * 100)),
  security: few(one('high', 'low', 'null', 'wormhole')),
  type: few(one('item_exchange', 'auction', 'courier')),
  status: one('outstanding', 'expired', 'gone', 'any'),
  ship_type_id: few(({ ships }, random) => random.pickSkewed(ships).type_id),
  ship_group_id: few(({ ships }, random) => random.pickSkewed(ships).group_id),
  type_id: few(anyType),
  group_id: few(({ modules }, random) => random.pickSkewed(modules).group_id),
  category_id: few(one(4, 6, 7, 8, 9)),
  market_group_id: few(({ marketGroups }, random) => random.pick(marketGroups).market_group_id),
  wants_type_id: few(anyType),
  q: (universe, random) =>
    random.pick([
      'rifter',
      'blueprint',
      'sale',
      'jita',
      '10',
      'ME10 TE20',
      '◆ C',
      random.pickSkewed(universe.ships).name,
    ]),
  is_blueprint_copy: one(true, false),
  contains_additional_items: one(true, false),
  ship_bundle: one(true, false),
  issuer_id: few((_universe, random) => CHARACTERS.first + random.between(0, CHARACTERS.count - 1)),
  issuer_corporation_id: few(
    (_universe, random) => CORPORATIONS.first + random.between(0, CORPORATIONS.count - 1),
  ),
  for_corporation: one(true, false),
  issued_after: daysAway(-30, -1),
  issued_before: daysAway(-30, -1),
  expires_after: daysAway(1, 13),
  expires_before: daysAway(1, 13),
  min_price: isk,
  max_price: isk,
  min_buyout: isk,
  max_buyout: isk,
  min_reward: isk,
  max_reward: isk,
  min_collateral: isk,
  max_collateral: isk,
  min_volume: one(0, 1, 1_000, 100_000),
  max_volume: one(0, 1, 1_000, 100_000),
  min_days_to_complete: one(1, 3, 7),
  max_days_to_complete: one(1, 3, 7),
  min_runs: one(1, 5, 100),
  max_runs: one(1, 5, 100),
  min_me: one(0, 5, 10),
  max_me: one(0, 5, 10),
  min_te: one(0, 10, 20),
  max_te: one(0, 10, 20),
};

const SORTS = [
  'date_issued',
  'date_expired',
  'price',
  'buyout',
  'reward',
  'collateral',
  'volume',
  'reward_per_volume',
  'days_to_complete',
  'ship_name',
];
const FACETS = ['type', 'region_id', 'category_id', 'type,region_id,category_id'];

/** Legal requests of the two contract lists, the same for the same seed (and hour): path and query. */
export function generateQueries(universe: Universe, count: number, seed: number): string[] {
  const random = createRandom(seed, 8);
  return Array.from({ length: count }, () => {
    const query = new URLSearchParams();
    const names = Object.keys(FILTERS);
    for (let filters = random.between(1, 4); filters > 0; filters -= 1) {
      const name = random.pick(names);
      query.set(name, String(FILTERS[name]?.(universe, random)));
    }
    query.set('sort', `${random.chance(0.5) ? '-' : ''}${random.pick(SORTS)}`);
    query.set('limit', random.pick(['50', '50', '100', '200']));
    if (random.chance(0.1)) {
      query.set('facets', random.pick(FACETS));
    }
    return `/api/v1/contracts${random.chance(0.25) ? '/ships' : ''}?${query.toString()}`;
  });
}
