import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import type { Logger } from '@hangar-bay/runtime';
import request from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { envOf } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';
import { insertUniverse } from './naive/small-world.js';
import { contract, daysFromNow, insert, item, oneShip } from './world.js';

const LIST = '/api/v1/contracts';
const BLUEPRINT = { is_blueprint_copy: true, runs: 3, material_efficiency: 10, time_efficiency: 20 };
const notes: object[] = [];
const ignore = () => undefined;
const logger: Logger = {
  error: ignore,
  warn: ignore,
  info: (message, fields) => notes.push({ message, ...fields }),
  debug: ignore,
};

let database: TestDatabase;
let app: ApiApp;
let url: string;
let documented: DocumentedApi;

beforeAll(async () => {
  database = await createTestDatabase();
  app = createApiApp(readApiConfig(envOf(database.url)), { logger });
  ({ url } = await app.start());
  documented = await readDocument(url);
  await insertUniverse(database.url);
  await insert(database.url, 'contracts', [
    contract({
      ...{ contract_id: 1, ...oneShip(587), type: 'auction', highest_bid: 1200, bid_count: 2 },
      ...{
        reward: 30,
        volume: 4,
        included_row_count: 3,
        contains_additional_items: true,
        category_ids: [4, 6],
      },
    }),
  ]);
  await insert(database.url, 'contracts', [
    contract({
      ...{ contract_id: 2, start_location_id: 1035466617946, volume: 0, region_id: 10000043 },
      ...{ primary_type_id: 691, primary_quantity: 1, primary_is_blueprint_copy: true, primary_runs: 3 },
      ...{ primary_material_efficiency: 10, primary_time_efficiency: 20 },
      ...{ contains_blueprint_copies: true, category_ids: [9] },
    }),
  ]);
  await insert(database.url, 'contract_items', [
    item({ contract_id: 1, type_id: 587 }),
    item({ contract_id: 1, type_id: 34, position: 1, quantity: 500 }),
    item({ contract_id: 1, type_id: 34, position: 2, quantity: 5 }),
    item({ contract_id: 1, type_id: 691, position: 3, is_included: false }),
    item({ contract_id: 2, type_id: 691, ...BLUEPRINT }),
  ]);
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

async function get(query: string) {
  const response = await request(url).get(`${LIST}?${query}`).expect(200);
  documented.expectDocumented(LIST, response);
  return response.body as { data: object[] };
}

describe('a row', () => {
  test('says what a ship contract holds, by category, and what is offered for it', async () => {
    expect(await get('type=auction')).toMatchObject({
      data: [
        {
          contract_id: 1,
          system_id: 30000142,
          security_status: 0.9459,
          security: 'high',
          highest_bid: 1200,
          bid_count: 2,
          reward_per_volume: 7.5,
          ship: { type_id: 587, name: 'Rifter' },
          ship_bundle: false,
          composition: [
            { category_id: 4, category_name: 'Category 4', item_rows: 2, quantity: 505 },
            { category_id: 6, category_name: 'Category 6', item_rows: 1, quantity: 1 },
          ],
        },
      ],
    });
  });

  test('says the terms of a blueprint copy, and null where nobody knows', async () => {
    const { data } = await get('type=item_exchange');
    expect(data).toMatchObject([
      {
        contract_id: 2,
        security: null,
        system_id: null,
        start_location_name: null,
        reward_per_volume: null,
        primary_item: { name: 'Rifter Blueprint', ...BLUEPRINT },
        composition: [{ category_id: 9, item_rows: 1 }],
      },
    ]);
    expect(data[0]).not.toHaveProperty('items');
  });

  test('of one contract also says groups and categories of items', async () => {
    const response = await request(url).get(`${LIST}/2`).expect(200);
    documented.expectDocumented(`${LIST}/{contract_id}`, response);
    expect(response.body).toMatchObject({
      composition: [{ category_id: 9 }],
      items: [
        { type_id: 691, group_id: 105, group_name: 'A group', category_id: 9, category_name: 'Category 9' },
      ],
    });
  });
});

describe('beside the rows', () => {
  test('facets come where they are asked for, each without its own filter', async () => {
    expect(await get('type=auction&facets=type,category_id')).toMatchObject({
      total: 1,
      facets_are_exact: true,
      facets: {
        type: [
          { value: 'item_exchange', count: 1 },
          { value: 'auction', count: 1 },
        ],
        category_id: [
          { value: 4, name: 'Category 4', count: 1 },
          { value: 6, name: 'Category 6', count: 1 },
        ],
      },
    });
    const { facets } = (await get('facets=region_id')) as unknown as { facets: object };
    expect(facets).toEqual({
      region_id: [
        { value: 10000002, name: null, count: 1 },
        { value: 10000043, name: null, count: 1 },
      ],
    });
    expect(await get('')).not.toHaveProperty('facets');
  });

  test('what a filter for systems leaves out is told', async () => {
    expect(await get('security=high')).toMatchObject({ total: 1, unplaced_excluded: 1 });
    expect(await get('security=high&type=auction')).toMatchObject({ total: 1, unplaced_excluded: 0 });
    expect(await get('type=auction')).not.toHaveProperty('unplaced_excluded');
  });
});

describe('as_of', () => {
  const sweep = (regionId: number, generation: string, sweptAt: string) =>
    runSql(
      database.url,
      `UPDATE regions SET generation = '${generation}', last_sweep_at = '${sweptAt}' WHERE region_id = ${regionId}`,
    );

  test('is null as long as a region with contracts was never read completely', async () => {
    await sweep(10000002, '2026-08-18T11:05:00Z', daysFromNow(0));
    expect(await get('')).toMatchObject({ as_of: null });
    expect(await get('region_id=10000002')).toMatchObject({ as_of: '2026-08-18T11:05:00Z' });
    expect(await get('region_id=10000002,10000043')).toMatchObject({ as_of: null });
  });

  test('is the oldest of those with contracts and those that are swept; names overrule', async () => {
    await sweep(10000043, '2026-08-18T10:05:00Z', daysFromNow(-9));
    await sweep(10000030, '2026-08-01T00:00:00Z', daysFromNow(-9));
    expect(await get('')).toMatchObject({ as_of: '2026-08-18T10:05:00Z' });
    expect(await get('region_id=10000030')).toMatchObject({ as_of: '2026-08-01T00:00:00Z' });
  });
});

test('a missing name is counted each time, and logged once with what will learn it', async () => {
  await get('type=auction');
  await get('type=auction');
  const missing = notes.filter((note) => 'message' in note && note.message === 'a name is missing');
  const ofRegion = missing.filter((note) => 'kind' in note && note.kind === 'region');
  expect(ofRegion).toContainEqual({
    message: 'a name is missing',
    kind: 'region',
    id: 10000002,
    resolved_by: 'maintenance task names',
  });
  expect(new Set(missing.map((note) => JSON.stringify(note))).size).toBe(missing.length);
  // Nobody can tell a structure's name: that is not missing.
  expect(missing).not.toContainEqual(expect.objectContaining({ kind: 'station' }));

  const { text } = await request(url).get('/metrics').expect(200);
  const [, count] = /hangar_bay_missing_names_total\{kind="issuer"\} (\d+)/.exec(text) ?? [];
  expect(Number(count)).toBeGreaterThan(2);
});
