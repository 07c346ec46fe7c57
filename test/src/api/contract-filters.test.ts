import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApi, type ApiUnderTest } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';
import { insertUniverse } from './naive/small-world.js';
import { contract, daysFromNow, insert, item, oneShip } from './world.js';

const [RIFTER, RAVEN, RIFTER_BLUEPRINT, TRITANIUM] = [587, 638, 691, 34];
const JITA = 60003760;
let api: ApiUnderTest;
let documented: DocumentedApi;

const COPY = { is_blueprint_copy: true, runs: 10, material_efficiency: 8, time_efficiency: 4 };
/** What a contract of such copies says of them. */
const COPIES = {
  ...{ least_runs: 10, most_runs: 10, least_material_efficiency: 8, most_material_efficiency: 8 },
  ...{ least_time_efficiency: 4, most_time_efficiency: 4 },
  ...{ contains_blueprint_copies: true, category_ids: [9] },
};

/** Contracts that differ from each other in what the filters ask for; 1 is as plain as can be. */
const CONTRACTS = [
  contract({ contract_id: 1 }),
  contract({ contract_id: 2, start_location_id: 60000001 }),
  contract({ contract_id: 3, start_location_id: 60000002 }),
  contract({ contract_id: 4, start_location_id: 60000003, region_id: 10000043 }),
  contract({ contract_id: 5, start_location_id: 60000004, type: 'auction', buyout: 700, price: 10 }),
  contract({ contract_id: 6, start_location_id: 60000005, ...oneShip(RIFTER) }),
  contract({ contract_id: 7, start_location_id: 60000006, ...oneShip(RAVEN), title: 'Fast Boat' }),
  contract({ contract_id: 8, start_location_id: 1035466617946, ship_row_count: 2 }),
  contract({ contract_id: 9, start_location_id: null, issuer_id: 90000002, issuer_corporation_id: 98000002 }),
  contract({
    ...{ contract_id: 10, type: 'courier', price: null, reward: 5000, collateral: 90, volume: 4.5 },
    days_to_complete: 3,
  }),
  contract({
    contract_id: 11,
    contains_additional_items: true,
    included_row_count: 2,
    ...COPIES,
    least_runs: 1,
  }),
  contract({ contract_id: 12, for_corporation: true, requested_row_count: 1, ...COPIES }),
  contract({ contract_id: 13, date_issued: '2020-01-01T00:00:00Z', date_expired: '2199-01-01T00:00:00Z' }),
  contract({ contract_id: 14, gone_at: daysFromNow(-0.5) }),
  contract({ contract_id: 15, date_expired: daysFromNow(-0.1) }),
  contract({ contract_id: 16, visible_since: null, items_state: 'pending' }),
];

const ITEMS = [
  item({ contract_id: 1, type_id: TRITANIUM }),
  item({ contract_id: 6, type_id: RIFTER }),
  item({ contract_id: 7, type_id: RAVEN }),
  // A good copy of another blueprint beside a bad one: no single item is good and a copy of Rifter's.
  item({ contract_id: 11, type_id: RIFTER_BLUEPRINT, ...COPY, runs: 1 }),
  item({ contract_id: 11, type_id: 999, position: 1, ...COPY }),
  item({ contract_id: 12, type_id: RIFTER_BLUEPRINT, ...COPY }),
  item({ contract_id: 12, type_id: TRITANIUM, position: 1, is_included: false }),
  // What the buyer gives is no included item.
  item({ contract_id: 13, type_id: RIFTER, is_included: false }),
];

beforeAll(async () => {
  api = await startApi();
  documented = await readDocument(api.url);
  await insertUniverse(api.databaseUrl);
  await insert(api.databaseUrl, 'contracts', CONTRACTS);
  await insert(api.databaseUrl, 'contract_items', ITEMS);
});

afterAll(() => api.stop());

async function idsOf(query: string): Promise<number[]> {
  const response = await request(api.url).get(`/api/v1/contracts?${query}`).expect(200);
  documented.expectDocumented('/api/v1/contracts', response);
  const { data, total } = response.body as { data: { contract_id: number }[]; total: number };
  expect(total).toBe(data.length);
  return data.map(({ contract_id }) => contract_id).sort((left, right) => left - right);
}

describe.each([
  ['a region', [['region_id=10000043', [4]]]],
  [
    'a place: the start location, its system, or how safe that is',
    [
      [`location_id=${JITA},60000004&type=auction,courier`, [5, 10]],
      ['location_id=1035466617946', [8]],
      ['system_id=30000001,30000003', [2, 4]],
      ['security=high&system_id=30000001', [2]],
      ['security=low', [3, 4]],
      ['system_id=30009999', []],
      ['security=null', [5]],
      ['security=wormhole', [6, 7]],
      ['security=low,null', [3, 4, 5]],
    ],
  ],
  [
    'a ship',
    [
      ['ship_type_id=587,638', [6, 7]],
      ['ship_group_id=27', [7]],
      ['ship_bundle=true', [8]],
      ['ship_bundle=false&location_id=1035466617946', []],
    ],
  ],
  [
    'what is in it',
    [
      ['type_id=34', [1]],
      ['group_id=25,105', [6, 11, 12]],
      ['category_id=6', [6, 7]],
      ['contains_additional_items=true', [11]],
      ['wants_type_id=34', [12]],
      ['is_blueprint_copy=true', [11, 12]],
      ['is_blueprint_copy=false&contains_additional_items=true', []],
      ['is_blueprint_copy=false&type=courier', [10]],
    ],
  ],
  [
    'a market group, with all that is below it',
    [
      ['market_group_id=64', [6]],
      ['market_group_id=4', [6, 7]],
      ['market_group_id=2,80', [7, 11, 12]],
    ],
  ],
  [
    'one item that is everything at once',
    [
      ['min_runs=10', [11, 12]],
      ['min_runs=10&type_id=691', [12]],
      ['min_me=8&max_me=8&min_te=4&max_te=4&is_blueprint_copy=true', [11, 12]],
      ['max_runs=1&type_id=999', []],
      ['max_runs=1', [11]],
      ['min_runs=2&max_runs=9', []],
      ['min_runs=10&max_runs=10', [11, 12]],
      ['min_runs=2&max_runs=9&status=any', []],
      ['is_blueprint_copy=false&min_runs=1', []],
      ['category_id=6&is_blueprint_copy=true', []],
    ],
  ],
  [
    'an amount',
    [
      ['max_price=10', [5]],
      ['min_buyout=700', [5]],
      ['max_buyout=699.99', []],
      ['min_reward=5000', [10]],
      ['min_collateral=0', [10]],
      ['max_volume=4.5', [10]],
      ['min_days_to_complete=3&max_days_to_complete=3', [10]],
    ],
  ],
  [
    'a person or a corporation',
    [
      ['issuer_id=90000002', [9]],
      ['issuer_corporation_id=98000002,1', [9]],
      ['for_corporation=true', [12]],
    ],
  ],
  [
    'a time, as RFC 3339 writes it',
    [
      ['issued_before=2020-01-01T00:00:01Z', [13]],
      ['issued_before=2020-01-01T00:00:00Z', []],
      ['issued_before=2020-01-01t01:00:00.5%2B01:00', [13]],
      ['expires_after=2198-12-31T23:59:60Z', []],
      ['expires_after=2198-12-31T23:59:59Z', [13]],
      ['issued_after=0000-01-01T00:00:00Z&issued_before=2021-01-01T00:00:00Z', [13]],
    ],
  ],
  [
    'a text',
    [
      ['q=fAST', [7]],
      ['q=raven', [7, 11]],
      ['q=rounded', [2, 3]],
    ],
  ],
  [
    'a state',
    [
      ['status=gone', [14]],
      ['status=expired', [15]],
      ['status=any&issuer_id=90000001&location_id=60003760&max_price=1000', [1, 11, 12, 13, 14, 15]],
    ],
  ],
  [
    'nothing that is: least above most',
    [
      ['min_price=2&max_price=1', []],
      ['issued_after=2022-01-01T00:00:00Z&issued_before=2021-01-01T00:00:00Z', []],
    ],
  ],
] satisfies [string, [string, number[]][]][])('a filter for %s', (_what, cases) => {
  test.each(cases)('%s holds %j', async (query, expected) => {
    expect(await idsOf(query)).toEqual(expected);
  });
});

test.each([
  ['security=safe', 'security'],
  ['is_blueprint_copy=1', 'is_blueprint_copy'],
  ['min_runs=1.5', 'min_runs'],
  ['min_me=-1', 'min_me'],
  ['max_volume=big', 'max_volume'],
  ['issuer_id=0', 'issuer_id'],
  ['issued_after=yesterday', 'issued_after'],
  ['expires_before=2026-02-30T00:00:00', 'expires_before'],
  ['expires_before=2026-13-01T00:00:00Z', 'expires_before'],
  ['issued_before=2026-02-30T00:00:00Z', 'issued_before'],
  ['facets=price', 'facets'],
  ['sort=title', 'sort'],
  ['status=outstanding&status=gone', 'status'],
])('%s is refused by name', async (query, parameter) => {
  const response = await request(api.url).get(`/api/v1/contracts?${query}`).expect(400);
  expect(response.body).toMatchObject({ errors: [{ parameter }] });
});
