import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sortRows } from './sort-rows.js';

const CONTRACT = {
  contract_id: 190_123_973,
  type: 'item_exchange',
  issuer_id: 95_123_456,
  issuer_corporation_id: 98_000_001,
  date_issued: '2026-08-04T10:15:00Z',
  date_expired: '2026-09-01T10:15:00Z',
};

describe('a page of rows', () => {
  test('becomes contracts, each marked whether it has items', () => {
    const courier = { ...CONTRACT, contract_id: 2, type: 'courier' };
    const sorted = sortRows([CONTRACT, courier]);
    expect(sorted.contracts).toMatchObject([
      { ...CONTRACT, has_items: true },
      { ...courier, has_items: false },
    ]);
    expect(sorted).toMatchObject({ contract_ids: [190_123_973, 2], quarantined: [] });
  });

  test('loses only its bad rows, and those stay listed by their ids', () => {
    const bad = { ...CONTRACT, contract_id: 7, price: '1000', title: null };
    const sorted = sortRows([bad, CONTRACT]);
    expect(sorted.contracts).toHaveLength(1);
    expect(sorted.contract_ids).toEqual([7, 190_123_973]);
    expect(sorted.quarantined).toEqual([
      { contract_id: 7, key: '7', error: expect.stringMatching(/title: .*; price: /), payload: bad },
    ]);
  });

  test('knows a bad row by its id also where that is a number as string', () => {
    const { quarantined, contract_ids } = sortRows([{ ...CONTRACT, contract_id: '190123973' }]);
    expect(quarantined).toMatchObject([{ contract_id: 190_123_973, key: '190123973' }]);
    expect(contract_ids).toEqual([190_123_973]);
  });

  test.each([
    ['no id', { ...CONTRACT, contract_id: undefined }],
    ['null', null],
    ['a number', 7],
    ['text', 'contract'],
    ['a list', [CONTRACT]],
    ['id 0', { ...CONTRACT, contract_id: 0 }],
    ['a negative id', { ...CONTRACT, contract_id: -7 }],
    ['a fraction as id', { ...CONTRACT, contract_id: 7.5 }],
    ['an id beyond exact numbers', { ...CONTRACT, contract_id: '99999999999999999999' }],
  ])('names a row without a usable id by a hash of it: %s', (_what, row) => {
    const { quarantined, contract_ids } = sortRows([row]);
    expect(quarantined).toMatchObject([{ contract_id: null, key: expect.stringMatching(/^[0-9a-f]{16}$/) }]);
    expect(contract_ids).toEqual([]);
    expect(sortRows([row]).quarantined[0]?.key).toBe(quarantined[0]?.key);
  });

  test('says in short what is wrong with ten megabytes of title', () => {
    const { quarantined } = sortRows([{ ...CONTRACT, title: 'x'.repeat(10 * 1024 * 1024) }]);
    expect(quarantined[0]?.error).toMatch(/^title: .{1,100}$/);
  });
});

describe('whatever JSON a page holds', () => {
  const nearlyContract = fc
    .tuple(fc.constantFrom(...Object.keys(CONTRACT), 'title', 'price', 'volume'), fc.jsonValue())
    .map(([field, value]) => ({ ...CONTRACT, [field]: value }));
  const anyRows = fc.array(fc.oneof(fc.constant<unknown>(CONTRACT), nearlyContract, fc.jsonValue()));

  test('each row is taken or quarantined, in order, and none is lost', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { contracts, quarantined, contract_ids } = sortRows(rows);
        expect(contracts.length + quarantined.length).toBe(rows.length);
        const kept = quarantined.map(({ payload }) => payload);
        expect(rows.filter((row) => kept.includes(row))).toEqual(kept);
        const unidentified = quarantined.filter(({ contract_id }) => contract_id === null);
        expect(contract_ids).toHaveLength(rows.length - unidentified.length);
        expect(contract_ids.every((id) => Number.isSafeInteger(id) && id > 0)).toBe(true);
        expect(quarantined.every(({ key, error }) => key !== '' && error !== '')).toBe(true);
      }),
    );
  });
});
