import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApi, type ApiUnderTest } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';
import { contract, daysFromNow, insert, insertPlaces, item, oneShip } from './world.js';

const DETAIL = '/api/v1/contracts/{contract_id}';
let api: ApiUnderTest;
let documented: DocumentedApi;

beforeAll(async () => {
  api = await startApi();
  documented = await readDocument(api.url);
  await insertPlaces(api.databaseUrl);
  await insert(api.databaseUrl, 'contracts', [
    contract({ contract_id: 1, type: 'auction', highest_bid: 11, bid_count: 2, ...oneShip(587) }),
    contract({ contract_id: 2, gone_at: daysFromNow(-1) }),
    contract({ contract_id: 3, date_expired: daysFromNow(-1) }),
    contract({ contract_id: 4, visible_since: null, items_state: 'pending' }),
  ]);
  await insert(api.databaseUrl, 'contract_items', [
    item({ contract_id: 1, type_id: 587, record_id: 7, item_id: 1040000000001 }),
    // ESI repeats records; both rows are goods.
    item({
      contract_id: 1,
      type_id: 587,
      record_id: 7,
      item_id: 1040000000002,
      position: 1,
      is_blueprint_copy: true,
      runs: 3,
      material_efficiency: 10,
      time_efficiency: 20,
    }),
    item({ contract_id: 1, type_id: 34, record_id: 8, position: 2, is_included: false }),
  ]);
  await insert(api.databaseUrl, 'dynamic_items', [
    {
      item_id: 1040000000001,
      type_id: 587,
      source_type_id: 603,
      mutator_type_id: 47297,
      raw: {
        created_by: 90000001,
        dogma_attributes: [{ attribute_id: 50, value: 19.342 }],
        dogma_effects: [],
      },
      attempts: 1,
      fetched_at: daysFromNow(0),
    },
    {
      item_id: 1040000000002,
      type_id: 587,
      source_type_id: null,
      mutator_type_id: null,
      raw: null,
      attempts: 3,
      fetched_at: null,
    },
  ]);
  await insert(api.databaseUrl, 'contract_bids', [
    { contract_id: 1, bid_id: 5, amount: 10.5, date_bid: '2026-08-18T11:05:00Z' },
    { contract_id: 1, bid_id: 6, amount: 11, date_bid: '2026-08-18T11:06:00Z' },
  ]);
});

afterAll(() => api.stop());

describe('a contract', () => {
  test('comes with its items and bids', async () => {
    const response = await request(api.url).get('/api/v1/contracts/1').expect(200);
    documented.expectDocumented(DETAIL, response);
    expect(response.body).toMatchObject({
      status: 'outstanding',
      ship: { name: 'Rifter' },
      highest_bid: 11,
      bid_count: 2,
      items: [
        {
          position: 0,
          record_id: 7,
          type_name: 'Rifter',
          is_included: true,
          item_id: 1040000000001,
          runs: null,
          dynamic: {
            source_type_id: 603,
            mutator_type_id: 47297,
            dogma_attributes: [{ attribute_id: 50, value: 19.342 }],
          },
        },
        {
          position: 1,
          record_id: 7,
          is_blueprint_copy: true,
          runs: 3,
          material_efficiency: 10,
          time_efficiency: 20,
          dynamic: null,
        },
        {
          position: 2,
          record_id: 8,
          type_name: 'Tritanium',
          is_included: false,
          item_id: null,
          dynamic: null,
        },
      ],
      bids: [
        { bid_id: 6, amount: 11, date_bid: '2026-08-18T11:06:00Z' },
        { bid_id: 5, amount: 10.5, date_bid: '2026-08-18T11:05:00Z' },
      ],
    });
  });

  test.each([
    [2, 'gone'],
    [3, 'expired'],
  ])('%i is still served when it is %s', async (id, status) => {
    const response = await request(api.url).get(`/api/v1/contracts/${id}`).expect(200);
    documented.expectDocumented(DETAIL, response);
    expect(response.body).toMatchObject({ status: status });
  });

  test.each([4, 5])('%i is not found: it is incomplete, or was never seen', async (id) => {
    const response = await request(api.url).get(`/api/v1/contracts/${id}`).expect(404);
    documented.expectDocumented(DETAIL, response);
    expect(response.body).toMatchObject({ error_code: 'not_found' });
  });

  test.each(['0', '-1', '1.5', 'abc', '9007199254740993', '1e400', '%00'])('%s is no id', async (id) => {
    const response = await request(api.url).get(`/api/v1/contracts/${id}`).expect(400);
    documented.expectDocumented(DETAIL, response);
    expect(response.body).toMatchObject({ errors: [{ parameter: 'contract_id' }] });
  });
});
