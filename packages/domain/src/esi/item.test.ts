import { describe, expect, test } from '@jest/globals';
import { esiItemSchema } from './item.js';

const ORIGINAL = {
  record_id: 4_001,
  type_id: 691,
  quantity: 1,
  is_included: true,
  item_id: 1_042_000_000_001,
  material_efficiency: 10,
  time_efficiency: 20,
};
const COPY = { ...ORIGINAL, is_blueprint_copy: true, runs: 5 };
const REQUESTED = { record_id: 4_002, type_id: 44_992, quantity: 500, is_included: false };

function refusedFields(changes: object): unknown[] {
  const result = esiItemSchema.safeParse({ ...COPY, ...changes });
  return result.success ? [] : result.error.issues.map((issue) => issue.path[0]);
}

describe('an item row', () => {
  test('of a blueprint original has no runs and is no copy', () => {
    expect(esiItemSchema.parse(ORIGINAL)).toEqual({ ...ORIGINAL, is_blueprint_copy: false });
  });

  test('of a blueprint copy keeps its runs, even an unresearched one of efficiency 0', () => {
    const unresearched = { ...COPY, material_efficiency: 0, time_efficiency: 0 };
    expect(esiItemSchema.parse(unresearched)).toEqual(unresearched);
  });

  test('that is requested carries four fields only', () => {
    expect(esiItemSchema.parse(REQUESTED)).toEqual({ ...REQUESTED, is_blueprint_copy: false });
  });

  test('loses the fields that nobody asked for', () => {
    expect(esiItemSchema.parse({ ...COPY, is_singleton: true })).toEqual(COPY);
  });

  test.each([
    ['a huge stack', { quantity: 9_000_000_000 }],
    ['an empty stack', { quantity: 0 }],
    ['runs of -1, which ESI documents for originals', { runs: -1 }],
    ['a negative record_id', { record_id: -5 }],
  ])('is taken: %s', (_what, changes) => {
    expect(refusedFields(changes)).toEqual([]);
  });
});

describe('a malformed item row is refused by the name of its field', () => {
  test.each(['record_id', 'type_id', 'quantity', 'is_included'])('without %s', (field) => {
    expect(refusedFields({ [field]: undefined })).toEqual([field]);
  });

  test.each([
    ['type_id', 'a number as string', '691'],
    ['type_id', 'beyond 32 bits', 2 ** 31],
    ['type_id', 'null', null],
    ['quantity', 'a negative number', -1],
    ['quantity', 'a fraction', 0.5],
    ['is_included', 'a string', 'true'],
    ['is_included', 'a number', 1],
    ['record_id', 'beyond what a number holds exactly', 2 ** 60],
    ['item_id', 'zero', 0],
    ['is_blueprint_copy', 'null', null],
    ['runs', 'a string', '5'],
    ['runs', 'beyond 32 bits', 2 ** 31],
    ['material_efficiency', 'a fraction', 9.5],
    ['time_efficiency', 'null', null],
  ])('%s: %s', (field, _what, value) => {
    expect(refusedFields({ [field]: value })).toEqual([field]);
  });
});
