import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApi, type ApiUnderTest } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';
import { contract, daysFromNow, insert, insertPlaces, item, oneShip } from './world.js';

let api: ApiUnderTest;
let documented: DocumentedApi;

const FORGE = 10000002;
const DOMAIN = 10000043;
const RIFTER = 587;
const MERLIN = 603;
const TRITANIUM = 34;

beforeAll(async () => {
  api = await startApi();
  documented = await readDocument(api.url);
  await insertPlaces(api.databaseUrl);
  await insert(api.databaseUrl, 'categories', [
    { category_id: 6, name: 'Ship', raw: {}, refreshed_at: daysFromNow(0) },
    { category_id: 4, name: 'Material', raw: {}, refreshed_at: daysFromNow(0) },
  ]);
  await insert(api.databaseUrl, 'market_groups', [
    { market_group_id: 4, name: 'Ships', parent_group_id: null, raw: {}, refreshed_at: daysFromNow(0) },
    { market_group_id: 64, name: 'Minmatar', parent_group_id: 4, raw: {}, refreshed_at: daysFromNow(0) },
    { market_group_id: 61, name: 'Caldari', parent_group_id: 4, raw: {}, refreshed_at: daysFromNow(0) },
  ]);
  await insert(api.databaseUrl, 'types', [
    {
      type_id: 588,
      name: 'Reaper',
      group_id: 25,
      market_group_id: 64,
      raw: { description: 'A corvette.', published: true, volume: 15_000.5, portion_size: 1, mass: 'heavy' },
      refreshed_at: daysFromNow(0),
    },
  ]);
  await insert(api.databaseUrl, 'contracts', [
    contract({ contract_id: 1, ...oneShip(RIFTER), price: 300 }),
    contract({ contract_id: 2, ...oneShip(RIFTER), price: 200, type: 'auction' }),
    contract({ contract_id: 3, ...oneShip(RIFTER), price: 100, requested_row_count: 1 }),
    contract({ contract_id: 4, ...oneShip(RIFTER), price: 50, region_id: DOMAIN }),
    contract({ contract_id: 5, ...oneShip(MERLIN), price: 10 }),
    contract({ contract_id: 6, ...oneShip(MERLIN), price: 1, gone_at: daysFromNow(-0.5) }),
    contract({ contract_id: 7, ...oneShip(MERLIN), price: 1, date_expired: daysFromNow(-0.5) }),
    contract({ contract_id: 8, ...oneShip(MERLIN), price: 1, visible_since: null, items_state: 'pending' }),
    contract({ contract_id: 9, ship_row_count: 2, price: 1 }),
    contract({ contract_id: 10, region_id: DOMAIN, gone_at: daysFromNow(-0.5) }),
  ]);
  await insert(api.databaseUrl, 'contract_items', [
    ...[1, 2, 3, 4].map((id) => item({ contract_id: id, type_id: RIFTER })),
    item({ contract_id: 1, position: 1, type_id: RIFTER }),
    item({ contract_id: 3, position: 1, type_id: TRITANIUM, is_included: false }),
    item({ contract_id: 5, type_id: 588 }),
    item({ contract_id: 10, type_id: TRITANIUM }),
  ]);
});

afterAll(() => api.stop());

async function get(path: string, pattern = path.split('?')[0] ?? '') {
  const response = await request(api.url).get(path);
  documented.expectDocumented(pattern, response);
  return { status: response.status, body: response.body as unknown };
}

describe('ships', () => {
  const rifterInForge = {
    region_id: FORGE,
    region_name: 'The Forge',
    outstanding: 3,
    auctions: 1,
    lowest_price: 100,
    lowest_exchange_price: 300,
  };

  test('are counted and priced by type and region, as far as they are on offer', async () => {
    const { body } = await get('/api/v1/ships');
    expect(body).toMatchObject({
      data: [
        { type_id: MERLIN, name: 'Merlin', outstanding: 1, lowest_price: 10, lowest_exchange_price: 10 },
        {
          type_id: RIFTER,
          name: 'Rifter',
          group_id: 25,
          group_name: 'Frigate',
          outstanding: 4,
          auctions: 1,
          lowest_price: 50,
          lowest_exchange_price: 50,
          regions: [rifterInForge, { region_id: DOMAIN, outstanding: 1, lowest_price: 50 }],
        },
      ],
      as_of: '2026-08-18T10:35:00Z',
    });
  });

  test('of a region are those of its list', async () => {
    const { body } = await get(`/api/v1/ships?region_id=${FORGE}`);
    expect(body).toMatchObject({
      data: [{ type_id: MERLIN }, { type_id: RIFTER, outstanding: 3, regions: [rifterInForge] }],
      as_of: '2026-08-18T11:05:00Z',
    });
  });

  test('of a group, and of none', async () => {
    const frigates = await get('/api/v1/ships?ship_group_id=25,26');
    const others = await get('/api/v1/ships?ship_group_id=26');
    expect((frigates.body as { data: unknown[] }).data).toHaveLength(2);
    expect((others.body as { data: unknown[] }).data).toEqual([]);
  });

  test('have the price of the first contract of their list', async () => {
    const { body } = await get(`/api/v1/contracts/ships?ship_type_id=${RIFTER}&sort=price&limit=1`);
    expect(body).toMatchObject({ data: [{ price: 50 }], total: 4 });
  });
});

test('the taxonomy holds what is on offer, and the market groups above it', async () => {
  const { body } = await get('/api/v1/taxonomy');
  expect(body).toEqual({
    data: {
      categories: [{ category_id: 6, name: 'Ship' }],
      groups: [{ group_id: 25, name: 'Frigate', category_id: 6 }],
      market_groups: [
        { market_group_id: 64, name: 'Minmatar', parent_group_id: 4 },
        { market_group_id: 4, name: 'Ships', parent_group_id: null },
      ],
    },
  });
});

describe('a type', () => {
  const PATTERN = '/api/v1/types/{type_id}';

  test('says where it belongs, and what ESI says of it', async () => {
    const { body } = await get('/api/v1/types/588', PATTERN);
    expect(body).toMatchObject({
      type_id: 588,
      name: 'Reaper',
      group_name: 'Frigate',
      category_name: 'Ship',
      market_group_name: 'Minmatar',
      outstanding: 1,
      description: 'A corvette.',
      volume: 15_000.5,
      mass: null,
    });
  });

  test('counts each contract that gives it once, and none that asks for it', async () => {
    expect((await get(`/api/v1/types/${RIFTER}`, PATTERN)).body).toMatchObject({ outstanding: 4 });
    expect((await get(`/api/v1/types/${TRITANIUM}`, PATTERN)).body).toMatchObject({ outstanding: 0 });
  });

  test.each([
    ['1', 404],
    ['1e0', 400],
    ['0587', 400],
    ['587.0', 400],
    ['+587', 400],
    ['2147483648', 400],
    ['rifter', 400],
    ['587%00', 400],
  ])('%s is a %i', async (id, status) => {
    const response = await get(`/api/v1/types/${id}`, PATTERN);
    expect(response.status).toBe(status);
    if (status === 400) {
      expect(response.body).toMatchObject({ errors: [{ parameter: 'type_id' }] });
    }
  });
});

describe('regions', () => {
  const regionsById = async () => {
    const { body } = (await get('/api/v1/regions')) as { body: { data: { region_id: number }[] } };
    return new Map(body.data.map((region) => [region.region_id, region]));
  };

  test('say how fresh they are, and what they hold', async () => {
    const regions = await regionsById();
    expect(regions.get(FORGE)).toMatchObject({
      name: 'The Forge',
      state: 'current',
      stale: false,
      generation: '2026-08-18T11:05:00Z',
      outstanding: 5,
      pending: 1,
    });
    expect(regions.get(10000030)).toMatchObject({ state: 'never_swept', stale: true, generation: null });
  });

  test('tell one that is late from one that nobody sweeps any more', async () => {
    const swept = { generation: '2026-08-18T10:00:00Z', last_sweep_outcome: 'complete', failed_sweeps: 0 };
    const old = daysFromNow(-3);
    await insert(api.databaseUrl, 'regions', [
      {
        region_id: 1,
        ...swept,
        last_complete_sweep_at: old,
        last_sweep_at: old,
        next_due_at: old,
        generation_count: 9,
      },
      {
        region_id: 2,
        ...swept,
        last_complete_sweep_at: old,
        last_sweep_at: daysFromNow(0),
        last_sweep_outcome: 'failed',
        failed_sweeps: 12,
        next_due_at: daysFromNow(0.01),
        generation_count: 9,
      },
    ]);
    const regions = await regionsById();
    expect(regions.get(1)).toMatchObject({
      state: 'abandoned',
      stale: true,
      next_due_at: null,
      outstanding: 0,
    });
    expect(regions.get(2)).toMatchObject({ state: 'late', stale: true, failed_sweeps: 12 });
    expect(regions.get(2)).not.toMatchObject({ next_due_at: null });
  });
});
