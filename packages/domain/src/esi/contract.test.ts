import { describe, expect, test } from '@jest/globals';
import { esiContractSchema, hasItems } from './contract.js';

const EXCHANGE = {
  contract_id: 190_123_973,
  type: 'item_exchange',
  issuer_id: 95_123_456,
  issuer_corporation_id: 98_000_001,
  date_issued: '2026-08-04T10:15:00Z',
  date_expired: '2026-09-01T10:15:00Z',
  title: ' ◆ Charon & more ♥ ',
  price: 1_250_000_000.5,
  reward: 0,
  collateral: 0,
  volume: 274.4699999999999,
  days_to_complete: 0,
  start_location_id: 60_003_760,
  end_location_id: 1_035_466_617_946,
};

const REQUIRED = [
  'contract_id',
  'type',
  'issuer_id',
  'issuer_corporation_id',
  'date_issued',
  'date_expired',
] as const;
const OPTIONAL = [
  'price',
  'reward',
  'collateral',
  'buyout',
  'volume',
  'days_to_complete',
  'start_location_id',
  'end_location_id',
] as const;

/** The fields that are named as the reason for the refusal; none where the contract is taken. */
function refusedFields(changes: object): unknown[] {
  const result = esiContractSchema.safeParse({ ...EXCHANGE, ...changes });
  return result.success ? [] : result.error.issues.map((issue) => issue.path[0]);
}

function without(...fields: string[]): object {
  return Object.fromEntries(Object.entries(EXCHANGE).filter(([name]) => !fields.includes(name)));
}

describe('a contract as ESI lists it', () => {
  test('is taken as it is', () => {
    expect(esiContractSchema.parse(EXCHANGE)).toEqual({ ...EXCHANGE, for_corporation: false });
  });

  test('loses the fields that nobody asked for', () => {
    const grown = { ...EXCHANGE, status: 'outstanding', availability: { of: 'tomorrow' } };
    expect(esiContractSchema.parse(grown)).toEqual({ ...EXCHANGE, for_corporation: false });
  });

  test('is for the corporation only where ESI says so, since ESI omits instead of sending false', () => {
    expect(esiContractSchema.parse(EXCHANGE).for_corporation).toBe(false);
    expect(esiContractSchema.parse({ ...EXCHANGE, for_corporation: true }).for_corporation).toBe(true);
  });

  test('needs nothing but what ESI calls required', () => {
    expect(esiContractSchema.parse(without('title', ...OPTIONAL))).toEqual({
      ...without('title', ...OPTIONAL),
      for_corporation: false,
      title: '',
    });
  });

  test.each([
    ['a free one', { price: 0 }],
    ['an auction without a buyout price', { type: 'auction', buyout: 0 }],
    ['the dearest that the column holds', { price: 999_999_999_999_999.9 }],
    ['a title of 50 wide characters', { title: '♥'.repeat(50) }],
    ['a courier with a reward', { type: 'courier', reward: 5e6, days_to_complete: 3 }],
    ['dates with fractions of a second', { date_issued: '2026-08-04T10:15:00.123Z' }],
  ])('is taken: %s', (_what, changes) => {
    expect(refusedFields(changes)).toEqual([]);
  });
});

describe('a malformed contract is refused by the name of its field', () => {
  test.each(REQUIRED)('without %s', (field) => {
    const result = esiContractSchema.safeParse(without(field));
    expect(result.error?.issues.map((issue) => issue.path[0])).toEqual([field]);
  });

  test.each(REQUIRED)('with null for %s', (field) => {
    expect(refusedFields({ [field]: null })).toEqual([field]);
  });

  test.each([...OPTIONAL, 'title', 'for_corporation'] as const)('with null for the optional %s', (field) => {
    expect(refusedFields({ [field]: null })).toEqual([field]);
  });

  test.each([
    ['contract_id', 'a number as string', '190123973'],
    ['contract_id', 'zero', 0],
    ['contract_id', 'a fraction', 1.5],
    ['contract_id', 'beyond what a number holds exactly', 2 ** 53],
    ['issuer_id', 'a negative id', -1],
    ['issuer_corporation_id', 'a boolean', true],
    ['type', 'a value that ESI does not know', 'barter'],
    ['type', 'a number', 1],
    ['type', 'other letters', 'Auction'],
    ['price', 'a number as string', '1000.00'],
    ['price', 'a negative amount', -0.01],
    ['price', 'more than the column holds', 1e18],
    ['reward', 'an object', { amount: 1 }],
    ['collateral', 'infinity', Infinity],
    ['buyout', 'not a number', Number.NaN],
    ['volume', 'a negative volume', -1],
    ['days_to_complete', 'a fraction', 1.5],
    ['days_to_complete', 'beyond 32 bits', 2 ** 31],
    ['start_location_id', 'a string', '60003760'],
    ['end_location_id', 'zero', 0],
    ['for_corporation', 'a string', 'true'],
    ['title', 'a number', 12],
    ['title', 'ten megabytes', 'x'.repeat(10 * 1024 * 1024)],
    ['title', 'one character too many', 'x'.repeat(501)],
    ['title', 'a NUL character, which PostgreSQL cannot store', 'Rifter\0'],
  ])('%s: %s', (field, _what, value) => {
    expect(refusedFields({ [field]: value })).toEqual([field]);
  });

  test.each([
    ['no date at all', 'soon'],
    ['an empty string', ''],
    ['a number', 1_785_000_000],
    ['a date without a time', '2026-08-04'],
    ['another time zone', '2026-08-04T10:15:00+02:00'],
    ['a day that does not exist', '2026-02-30T00:00:00Z'],
    ['an hour that does not exist', '2026-08-04T25:00:00Z'],
    ['year 0, which PostgreSQL does not have', '0000-01-01T00:00:00Z'],
    ['a year before EVE', '1999-12-31T23:59:59Z'],
    ['a year out of all bounds', '9999-12-31T23:59:59Z'],
    ['a year of six digits', '+275760-09-13T00:00:00Z'],
    ['a leap second, which no Date holds', '2016-12-31T23:59:60Z'],
  ])('a date that cannot be stored: %s', (_what, value) => {
    expect(refusedFields({ date_issued: value, date_expired: value })).toEqual(
      expect.arrayContaining(['date_issued', 'date_expired']),
    );
  });

  test.each([[null], [undefined], [[]], ['contract'], [7], [[EXCHANGE]]])(
    'is no contract at all: %j',
    (value) => {
      expect(esiContractSchema.safeParse(value).success).toBe(false);
    },
  );

  test('with every problem at once', () => {
    expect(refusedFields({ price: '1', type: 'gift', date_issued: null })).toEqual(
      expect.arrayContaining(['price', 'type', 'date_issued']),
    );
  });
});

test.each([
  ['item_exchange', true],
  ['auction', true],
  ['courier', false],
  ['loan', false],
  ['unknown', false],
] as const)('ESI has items for contracts of type %s: %p', (type, expected) => {
  expect(hasItems(type)).toBe(expected);
});
