import { createRandom, type Random, type StaticType } from '@hangar-bay/esi-sandbox';
import { JITA, THE_FORGE, type Universe } from './universe.js';

/** A contract as ESI lists it, and its items as ESI gives them: what is false or unknown is absent. */
export interface MarketContract {
  readonly regionId: number;
  readonly row: ListedContract;
  readonly items: readonly ListedItem[];
}

export interface ListedContract {
  readonly contract_id: number;
  readonly type: 'item_exchange' | 'auction' | 'courier';
  readonly issuer_id: number;
  readonly issuer_corporation_id: number;
  readonly for_corporation?: true;
  readonly date_issued: string;
  readonly date_expired: string;
  readonly title: string;
  readonly price: number;
  readonly reward: number;
  readonly collateral: number;
  readonly buyout: number;
  readonly volume: number;
  readonly days_to_complete: number;
  readonly start_location_id: number;
  readonly end_location_id: number;
}

export interface ListedItem {
  readonly record_id: number;
  readonly type_id: number;
  readonly quantity: number;
  readonly is_included: boolean;
  readonly item_id?: number;
  readonly is_blueprint_copy?: true;
  readonly runs?: number;
  readonly material_efficiency?: number;
  readonly time_efficiency?: number;
}

export interface Market {
  /** The same for the same seed and index; ids rise with the index. */
  contract(index: number): MarketContract;
}

export interface MarketOptions {
  readonly seed: number;
  readonly universe: Universe;
  /** When it begins and ends, by index; milliseconds since 1970. */
  readonly lifeOf: (index: number, random: Random) => { readonly issued: number; readonly expires: number };
  /** All in this region; otherwise spread as on the real market. */
  readonly regionId?: number;
}

export const FIRST_CONTRACT_ID = 200_000_000;
export const CHARACTERS = { first: 2_112_000_000, count: 8_000 };
export const CORPORATIONS = { first: 98_000_000, count: 2_000 };
/** Players' structures: their system is not public. */
export const FIRST_STRUCTURE_ID = 1_030_000_000_000;

/** Shares of the trade hubs' regions as measured on live ESI. The rest is spread evenly. */
const HUBS = [
  { regionId: THE_FORGE, share: 0.82 },
  { regionId: 10000043, share: 0.055 },
  { regionId: 10000030, share: 0.04 },
  { regionId: 10000032, share: 0.03 },
  { regionId: 10000042, share: 0.02 },
];
const COURIERS = 0.003;
const SHIPS = 0.012;
const SHIP_BUNDLES = 0.003;
const BLUEPRINT_COPIES = 0.5;
const BLUEPRINT_ORIGINALS = 0.05;
const AUCTIONS = 0.03;
const WISHES = 0.02;
/** Three of four contracts have one item row; the others follow a power law. Together: median 1, mean 3, most 422. */
const SINGLE = 0.75;
const TAIL = 1.1;
const MOST_ITEMS = 422;

export function createMarket({ seed, universe, lifeOf, regionId: onlyRegion }: MarketOptions): Market {
  const quiet = [...universe.stations.keys()].filter((id) => !HUBS.some(({ regionId }) => regionId === id));

  function drawRegion(random: Random): number {
    let left = random.fraction();
    for (const { regionId, share } of HUBS) {
      left -= share;
      if (left < 0) {
        return regionId;
      }
    }
    return random.pick(quiet);
  }

  function drawLocation(regionId: number, random: Random): number {
    if (random.chance(0.15)) {
      return FIRST_STRUCTURE_ID + regionId * 100 + random.between(0, 30);
    }
    return regionId === THE_FORGE && random.chance(0.7)
      ? JITA
      : random.pickSkewed(universe.stations.get(regionId) ?? [JITA]);
  }

  return {
    contract(index) {
      const random = createRandom(seed, index);
      const contractId = FIRST_CONTRACT_ID + index;
      const regionId = onlyRegion ?? drawRegion(random);
      const { issued, expires } = lifeOf(index, random);
      const isCourier = random.chance(COURIERS);
      const lines = isCourier ? [] : drawLines(universe, random);
      const character = Math.floor(random.fraction() ** 2 * CHARACTERS.count);
      const start = drawLocation(regionId, random);
      const isAuction = !isCourier && random.chance(AUCTIONS);
      const price = drawPrice(random);
      return {
        regionId,
        row: {
          contract_id: contractId,
          type: isCourier ? 'courier' : isAuction ? 'auction' : 'item_exchange',
          issuer_id: CHARACTERS.first + character,
          issuer_corporation_id: CORPORATIONS.first + (character % CORPORATIONS.count),
          ...(random.chance(0.04) ? { for_corporation: true } : {}),
          date_issued: writeTime(issued),
          date_expired: writeTime(expires),
          title: isCourier ? '' : drawTitle(lines[0]?.type.name ?? '', lines.length, random),
          price: isCourier ? 0 : price,
          reward: isCourier ? price : 0,
          collateral: isCourier ? price * 10 : 0,
          buyout: isAuction && random.chance(0.6) ? price * 2 : 0,
          volume:
            Math.round(
              lines.reduce((sum, { type }) => sum + (type.volume ?? 1), isCourier ? 9_000 : 0) * 100,
            ) / 100,
          days_to_complete: isCourier ? random.between(1, 14) : 0,
          start_location_id: start,
          end_location_id: isCourier ? drawLocation(regionId, random) : start,
        },
        items: lines.map(({ type, ...line }, position) => ({
          record_id: contractId * 1_000 + position,
          type_id: type.type_id,
          ...line,
          ...(line.is_included ? { item_id: 1_040_000_000_000 + contractId * 500 + position } : {}),
        })),
      };
    },
  };
}

type Line = Omit<ListedItem, 'record_id' | 'type_id' | 'item_id'> & { readonly type: StaticType };

function drawLines(universe: Universe, random: Random): Line[] {
  const kind = random.fraction();
  const rows = drawRowCount(random);
  const rest = (count: number) => Array.from({ length: count }, () => drawGoods(universe, random));
  if (kind < SHIPS) {
    return [stack(random.pickSkewed(universe.ships), 1), ...rest(rows - 1)];
  }
  if (kind < SHIPS + SHIP_BUNDLES) {
    return Array.from({ length: random.between(2, 5) }, () => stack(random.pickSkewed(universe.ships), 1));
  }
  if (kind < SHIPS + SHIP_BUNDLES + BLUEPRINT_COPIES) {
    return Array.from({ length: rows }, () => drawBlueprint(universe, random, true));
  }
  if (kind < SHIPS + SHIP_BUNDLES + BLUEPRINT_COPIES + BLUEPRINT_ORIGINALS) {
    return [drawBlueprint(universe, random, false)];
  }
  const wanted = random.chance(WISHES) ? [{ ...drawGoods(universe, random), is_included: false }] : [];
  return [...rest(rows), ...wanted];
}

function drawRowCount(random: Random): number {
  return random.chance(SINGLE)
    ? 1
    : Math.min(MOST_ITEMS, Math.floor(2 / (1 - random.fraction()) ** (1 / TAIL)));
}

const stack = (type: StaticType, quantity: number): Line => ({ type, quantity, is_included: true });

function drawGoods({ modules, goods }: Universe, random: Random): Line {
  return random.chance(0.6)
    ? stack(random.pickSkewed(modules), random.between(1, 5))
    : stack(random.pickSkewed(goods), random.between(1, 10_000));
}

function drawBlueprint({ blueprints }: Universe, random: Random, isCopy: boolean): Line {
  return {
    ...stack(random.pickSkewed(blueprints), 1),
    ...(isCopy ? { is_blueprint_copy: true, runs: random.pick([1, 1, 2, 5, 10, 50, 300]) } : {}),
    material_efficiency: random.between(0, 10),
    time_efficiency: random.between(0, 10) * 2,
  };
}

/** From thousands to tens of billions, most of them in the millions; to the cent. */
function drawPrice(random: Random): number {
  const exponent = 4 + 6.5 * (0.5 * random.fraction() + 0.5 * random.fraction());
  return Math.round(10 ** exponent * 100) / 100;
}

function drawTitle(name: string, rows: number, random: Random): string {
  if (random.chance(0.5)) {
    return '';
  }
  return random
    .pick([name, `◆ ${name} ◆`, `${rows} x ${name}`, 'Quick sale, everything must go', 'ME10 TE20'])
    .slice(0, 50);
}

/** ESI's times have whole seconds. */
const writeTime = (time: number) => `${new Date(time).toISOString().slice(0, 19)}Z`;
