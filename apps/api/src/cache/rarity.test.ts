import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Database } from '@hangar-bay/database';
import type { ContractFilterValues } from '../queries/contract-filters.js';
import { NOTHING_IS_RARE } from '../queries/rare.js';
import { createRarity, type Rarity } from './rarity.js';

const MANY = Array.from({ length: 2_001 }, (_, id) => String(id));

let rarity: Rarity;
let isTypeRare: boolean;
let withText: readonly string[];
let statements: number;

beforeEach(() => {
  jest.useFakeTimers();
  rarity = createRarity();
  statements = 0;
});

afterEach(() => {
  jest.useRealTimers();
});

const db = {
  $readRows: ({ sql }: { sql: string }) => {
    statements += 1;
    return Promise.resolve([
      {
        types: isTypeRare && !sql.includes('FALSE AS types'),
        withText: sql.includes('ILIKE') ? withText : null,
      },
    ]);
  },
} as unknown as Database;

const find = (filters: object) =>
  rarity.find(db, { status: 'outstanding', ...filters } as unknown as ContractFilterValues);

test('nothing is asked where nothing may be rare', async () => {
  expect(await find({ max_me: 10 })).toEqual(NOTHING_IS_RARE);
  expect(await find({ category_id: [9], is_blueprint_copy: true })).toEqual(NOTHING_IS_RARE);
  expect(await find({ q: '◆ C' })).toEqual(NOTHING_IS_RARE);
  expect(statements).toBe(0);
});

test('types of which there are many are remembered for a minute, by all that asks for types', async () => {
  isTypeRare = false;
  await find({ group_id: [105] });
  await find({ group_id: [105], min_me: 5 });
  expect(statements).toBe(1);
  await find({ group_id: [105], type_id: [587] });
  await find({ group_id: [105], status: 'gone' });
  expect(statements).toBe(3);
  jest.advanceTimersByTime(60_001);
  await find({ group_id: [105] });
  expect(statements).toBe(4);
});

test('what a rare text is in is looked for each time', async () => {
  withText = ['1', '2'];
  expect(await find({ q: 'rifter' })).toEqual({ types: false, withText: ['1', '2'] });
  withText = ['3'];
  expect(await find({ q: 'rifter' })).toEqual({ types: false, withText: ['3'] });
  withText = [];
  expect(await find({ q: 'rifter' })).toEqual({ types: false, withText: [] });
});

test('a text that many hold is remembered, and leaves the types to be asked for', async () => {
  withText = MANY;
  expect(await find({ q: 'blueprint' })).toEqual(NOTHING_IS_RARE);
  expect(await find({ q: 'blueprint' })).toEqual(NOTHING_IS_RARE);
  expect(statements).toBe(1);
  isTypeRare = true;
  expect(await find({ q: 'blueprint', type_id: [587] })).toEqual({ types: true, withText: null });
});
