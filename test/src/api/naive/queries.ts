import fc from 'fast-check';
import { daysFromNow } from '../world.js';
import type { NaiveQuery } from './evaluate.js';
import { PLACES, REGIONS, SHIP_CATEGORY, TYPES } from './small-world.js';

type Value = string | number | boolean;

const one = (...values: readonly Value[]) => fc.constantFrom(...values).map((value) => [value]);
const some = (...values: readonly Value[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const flag = one(true, false);
const time = fc.integer({ min: -30, max: 310 }).map((hour) => [daysFromNow(hour / 24)]);
const types = TYPES.map(({ type_id }) => type_id);

/** For each filter the values that are tried, among them some that nothing has. */
const VALUES: Readonly<Record<string, fc.Arbitrary<readonly Value[]>>> = {
  region_id: some(...REGIONS, 10000099),
  system_id: some(30000142, 30000002, 30000003, 31000005, 30009999),
  location_id: some(...PLACES.map(({ location_id }) => location_id)),
  security: some('high', 'low', 'null', 'wormhole'),
  type: some('item_exchange', 'auction', 'courier', 'loan'),
  status: one('outstanding', 'expired', 'gone', 'any', 'any'),
  ship_type_id: some(...types),
  ship_group_id: some(25, 27, 18),
  type_id: some(...types, 1),
  group_id: some(25, 27, 105, 18),
  category_id: some(SHIP_CATEGORY, 9, 4, 99),
  market_group_id: some(4, 61, 64, 80, 2, 1857),
  wants_type_id: some(...types),
  q: one('rif', 'RAVEN', 'moon', '0%', '_s', 'ÄÖ', 'ri', 'blueprint', "';--"),
  is_blueprint_copy: flag,
  contains_additional_items: flag,
  ship_bundle: flag,
  issuer_id: some(90000001, 90000002, 1),
  issuer_corporation_id: some(98000001, 98000002),
  for_corporation: flag,
  issued_after: time,
  issued_before: time,
  expires_after: time,
  expires_before: time,
  ...ranges(['price', 0, 0.01, 1000, 1234567.89]),
  ...ranges(['buyout', 0, 5000]),
  ...ranges(['reward', 0, 10, 11]),
  ...ranges(['collateral', 0, 1_000_000_000]),
  ...ranges(['volume', 0, 0.1, 3, 900_000]),
  ...ranges(['days_to_complete', 0, 3, 8]),
  ...ranges(['runs', 1, 10, 300]),
  ...ranges(['me', 0, 5, 10]),
  ...ranges(['te', 0, 10, 21]),
};

function ranges([name, ...bounds]: readonly [string, ...number[]]) {
  return { [`min_${name}`]: one(...bounds), [`max_${name}`]: one(...bounds) };
}

export const FILTER_NAMES = Object.keys(VALUES);

/** Up to four filters at a time: more leave nothing to compare. */
export const naiveQuery: fc.Arbitrary<NaiveQuery> = fc
  .subarray(FILTER_NAMES, { maxLength: 4 })
  .chain((names) =>
    fc.record(
      Object.fromEntries(names.map((name) => [name, VALUES[name] as fc.Arbitrary<readonly Value[]>])),
    ),
  );

/** Lists as commas. */
export function writeQuery(query: NaiveQuery, more: Readonly<Record<string, string | number>>): string {
  const given = Object.entries(query).map(([name, values]): [string, string] => [name, values.join(',')]);
  const rest = Object.entries(more).map(([name, value]): [string, string] => [name, String(value)]);
  return new URLSearchParams([...given, ...rest]).toString();
}
