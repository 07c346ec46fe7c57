import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import request from 'supertest';
import { startApi, type ApiUnderTest } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';
import { contract, insert, insertPlaces, item, oneShip } from './world.js';

let api: ApiUnderTest;
let documented: DocumentedApi;

beforeAll(async () => {
  api = await startApi();
  documented = await readDocument(api.url);
  await insertPlaces(api.databaseUrl);
  const ids = Array.from({ length: 60 }, (_, index) => index + 1);
  await insert(
    api.databaseUrl,
    'contracts',
    ids.map((id) =>
      contract({ contract_id: id, price: id % 3 === 0 ? null : id, ...(id % 2 === 0 ? oneShip(587) : {}) }),
    ),
  );
  await insert(
    api.databaseUrl,
    'contract_items',
    ids.map((id) => item({ contract_id: id, type_id: 587 })),
  );
});

afterAll(() => api.stop());

const NAMES = [
  'region_id',
  'type',
  'ship_type_id',
  'min_price',
  'max_price',
  'q',
  'status',
  'sort',
  'limit',
  'cursor',
  'page',
];

const SQL = [
  "' OR 1=1 --",
  '"; DROP TABLE contracts; --',
  "\\'; SELECT pg_sleep(5); --",
  '$1',
  '%',
  '_%\\',
  '{1,2}',
  'NULL',
];

/** Values that some parameter takes, and values that none does; each percent-encoded, or broken on purpose. */
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '10000002',
      'auction',
      'price',
      '-date_expired',
      'any',
      'expired',
      'rifter',
      '50',
      '2',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(...SQL).map(encodeURIComponent) },
  {
    weight: 2,
    arbitrary: fc.string({ unit: 'binary', maxLength: 120 }).map(encodeURIComponent),
  },
  { weight: 1, arbitrary: fc.double().map(String) },
  { weight: 1, arbitrary: fc.bigInt().map(String) },
  { weight: 1, arbitrary: fc.array(fc.integer(), { maxLength: 120 }).map((list) => list.join(',')) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '%00',
      '%ED%A0%80',
      '%',
      '%zz',
      '1e999',
      '-0',
      '',
      '[]',
      '[][][]=1',
      '%F0%9F%9A%80%F0%9F%9A%80',
    ),
  },
);

const name = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...NAMES) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('__proto__', 'constructor', 'region_id[]', 'price[gte]', '', '%00', '%FF'),
  },
);

const query = fc
  .array(fc.tuple(name, value), { maxLength: 4 })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));
const path = fc.constantFrom('/api/v1/contracts', '/api/v1/contracts/ships');

test('no query breaks the API, and each that is refused is refused by name', async () => {
  await fc.assert(
    fc.asyncProperty(path, query, async (list, parameters) => {
      const response = await request(api.url).get(`${list}?${parameters}`);
      expect([200, 400]).toContain(response.status);
      documented.expectDocumented(list, response);
      if (response.status === 400) {
        expect(response.body).toMatchObject({ errors: expect.arrayContaining([expect.anything()]) });
      }
    }),
    { numRuns: 600 },
  );
});
