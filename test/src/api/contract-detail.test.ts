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
    contract({ contract_id: 1, type: 'auction', ...oneShip(587) }),
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
      position: 1,
      is_blueprint_copy: true,
      runs: 3,
      material_efficiency: 10,
      time_efficiency: 20,
    }),
    item({ contract_id: 1, type_id: 34, record_id: 8, position: 2, is_included: false }),
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
      items: [
        {
          position: 0,
          record_id: 7,
          type_name: 'Rifter',
          is_included: true,
          item_id: 1040000000001,
          runs: null,
        },
        {
          position: 1,
          record_id: 7,
          is_blueprint_copy: true,
          runs: 3,
          material_efficiency: 10,
          time_efficiency: 20,
        },
        { position: 2, record_id: 8, type_name: 'Tritanium', is_included: false, item_id: null },
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
