import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApi, type ApiUnderTest } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';
import { contract, daysFromNow, insert, insertPlaces, item, oneShip } from './world.js';

let api: ApiUnderTest;
let documented: DocumentedApi;

beforeAll(async () => {
  api = await startApi();
  documented = await readDocument(api.url);
  await insertPlaces(api.databaseUrl);
  const gone = { gone_at: daysFromNow(-0.5) };
  const expired = { date_expired: daysFromNow(-0.1) };
  await insert(api.databaseUrl, 'contracts', [
    contract({ contract_id: 1, ...oneShip(587), price: 1234567.89, title: '100% off_the wall' }),
    contract({ contract_id: 2, ...oneShip(603), type: 'auction', price: 50, buyout: 0, region_id: 10000043 }),
    contract({ contract_id: 3, title: 'minerals', start_location_id: 1035466617946 }),
    contract({
      contract_id: 4,
      type: 'courier',
      price: null,
      reward: 5000,
      items_state: 'none',
      included_row_count: 0,
    }),
    contract({ contract_id: 5, ...oneShip(587), ...gone }),
    contract({ contract_id: 6, ...oneShip(587), ...expired }),
    contract({ contract_id: 7, ...oneShip(587), items_state: 'pending', visible_since: null }),
    contract({ contract_id: 8, ship_row_count: 2, included_row_count: 2, contains_additional_items: true }),
    contract({ contract_id: 9, ...expired, ...gone }),
  ]);
  await insert(api.databaseUrl, 'contract_items', [
    item({ contract_id: 1, type_id: 587 }),
    item({ contract_id: 2, type_id: 603 }),
    item({ contract_id: 3, type_id: 34, quantity: 1_000_000 }),
    item({ contract_id: 3, position: 1, type_id: 603, is_included: false }),
    item({ contract_id: 5, type_id: 587 }),
  ]);
});

afterAll(() => api.stop());

async function idsOf(path: string): Promise<number[]> {
  const response = await request(api.url).get(path).expect(200);
  documented.expectDocumented(path.split('?')[0] ?? '', response);
  const { data, total } = response.body as { data: { contract_id: number }[]; total: number };
  expect(total).toBe(data.length);
  return data.map(({ contract_id }) => contract_id).sort((left, right) => left - right);
}

describe('the lists', () => {
  test.each([
    ['/api/v1/contracts', [1, 2, 3, 4, 8]],
    ['/api/v1/contracts/ships', [1, 2]],
    ['/api/v1/contracts?status=gone', [5, 9]],
    ['/api/v1/contracts?status=expired', [6]],
    ['/api/v1/contracts/ships?status=any', [1, 2, 5, 6]],
    ['/api/v1/contracts?region_id=10000043', [2]],
    ['/api/v1/contracts?region_id=10000043,10000002', [1, 2, 3, 4, 8]],
    ['/api/v1/contracts?region_id=10000043&region_id=10000030', [2]],
    ['/api/v1/contracts?type=courier', [4]],
    ['/api/v1/contracts?type=courier,auction', [2, 4]],
    ['/api/v1/contracts?ship_type_id=587', [1]],
    ['/api/v1/contracts?min_price=1234567.89', [1]],
    ['/api/v1/contracts?min_price=1234567.9', []],
    ['/api/v1/contracts?max_price=999.99', [2]],
    ['/api/v1/contracts?max_price=1e3&min_price=51', [3, 8]],
    ['/api/v1/contracts?q=RIFT', [1]],
    ['/api/v1/contracts?q=merlin', [2]],
    ['/api/v1/contracts?q=mineral', [3]],
    ['/api/v1/contracts?q=caldari+navy', [1, 2, 4, 8]],
    ['/api/v1/contracts?q=100%25', [1]],
    ['/api/v1/contracts?q=f_t', [1]],
    ['/api/v1/contracts?q=f_f', []],
    ['/api/v1/contracts?q=%27%3B--', []],
  ])('%s holds %j', async (path, expected) => {
    expect(await idsOf(path)).toEqual(expected);
  });

  test('a row says everything that a list shows', async () => {
    const response = await request(api.url).get('/api/v1/contracts/ships?ship_type_id=587').expect(200);
    expect(response.body).toMatchObject({
      data: [
        {
          contract_id: 1,
          status: 'outstanding',
          region_name: 'The Forge',
          system_id: 30000142,
          system_name: 'Jita',
          security_status: 0.9459,
          start_location_name: 'Jita IV - Moon 4 - Caldari Navy Assembly Plant',
          issuer_name: 'Some Pilot',
          issuer_corporation_name: 'Some Corporation',
          price: 1234567.89,
          date_issued: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
          ship: { type_id: 587, name: 'Rifter', quantity: 1, is_blueprint_copy: false, runs: null },
          primary_item: null,
        },
      ],
      page: { limit: 50, next_cursor: null, previous_cursor: null },
      total_is_exact: true,
    });
  });

  test('what is not known is null', async () => {
    const response = await request(api.url).get('/api/v1/contracts?q=minerals').expect(200);
    expect(response.body).toMatchObject({
      data: [
        {
          contract_id: 3,
          start_location_id: 1035466617946,
          start_location_name: null,
          system_id: null,
          security_status: null,
        },
      ],
    });
  });

  test.each([
    ['', '2026-08-18T10:35:00Z'],
    ['?region_id=10000002', '2026-08-18T11:05:00Z'],
    ['?region_id=10000030', null],
    ['?region_id=1', null],
  ])('as_of of %j is the oldest generation asked for', async (query, expected) => {
    const response = await request(api.url).get(`/api/v1/contracts${query}`).expect(200);
    expect(response.body).toMatchObject({ as_of: expected });
  });
});

test('regions tell what is covered', async () => {
  const response = await request(api.url).get('/api/v1/regions').expect(200);
  documented.expectDocumented('/api/v1/regions', response);
  expect(response.body).toMatchObject({
    data: [
      {
        region_id: 10000002,
        name: 'The Forge',
        generation: '2026-08-18T11:05:00Z',
        outstanding: 4,
        pending: 1,
        stale: false,
      },
      { region_id: 10000030, name: null, generation: null, outstanding: 0, pending: 0, stale: true },
      {
        region_id: 10000043,
        name: 'Domain',
        last_sweep_outcome: 'failed',
        outstanding: 1,
        pending: 0,
        stale: true,
      },
    ],
  });
});
