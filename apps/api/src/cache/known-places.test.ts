import { beforeEach, expect, test } from '@jest/globals';
import type { Database } from '@hangar-bay/database';
import type { ContractFilterValues } from '../queries/contract-filters.js';
import { createKnownPlaces } from './known-places.js';

let statements: number;
let names: number | null;

beforeEach(() => {
  statements = 0;
  names = 1;
});

const db = {
  $readRows: () => {
    statements += 1;
    return Promise.resolve([{ location_id: 60003760n }]);
  },
} as unknown as Database;

function lookUp() {
  const known = createKnownPlaces({ names: () => names });
  return (filters: object) => known.find(db, filters as ContractFilterValues);
}

test('nothing is looked up where no filter asks for a system', async () => {
  expect(await lookUp()({ q: 'rifter' })).toEqual({ inSystems: null, withSecurity: null });
  expect(statements).toBe(0);
});

test('the same systems are looked up once, in whatever order and however often they are named', async () => {
  const find = lookUp();
  const found = { inSystems: ['60003760'], withSecurity: ['60003760'] };
  expect(await find({ system_id: [1, 2], security: ['high', 'low'] })).toEqual(found);
  expect(await find({ system_id: [2, 1, 1], security: ['low', 'high', 'high'] })).toEqual(found);
  expect(statements).toBe(2);
});

test('they are looked up again when a name or a place has changed, and each time where that is not known', async () => {
  const find = lookUp();
  await find({ security: ['high'] });
  names = 2;
  await find({ security: ['high'] });
  expect(statements).toBe(2);
  names = null;
  await find({ security: ['high'] });
  await find({ security: ['high'] });
  expect(statements).toBe(4);
});
