import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSandboxApp, sandboxConfigFrom, sandboxEnv, type RegionTruth } from './index.js';

const START = new Date('2026-09-01T12:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'replay-'));
const app = createSandboxApp({
  ...sandboxConfigFrom(sandboxEnv.parse({})),
  contracts: 0,
  startAt: START,
  replayDir: folder,
});
let base = '';

const recorded = (contract_id: number, day: number, more: object = {}): object => ({
  contract_id,
  type: 'item_exchange',
  issuer_id: 90000001,
  issuer_corporation_id: 98999999,
  date_issued: `2023-04-${String(day).padStart(2, '0')}T00:00:00Z`,
  date_expired: '2023-04-28T00:00:00Z',
  start_location_id: 60008494,
  ...more,
});
const item = { record_id: 1, type_id: 582, quantity: 1, is_included: true };

beforeAll(async () => {
  const write = (path: string, content: unknown): void =>
    writeFileSync(join(folder, path), JSON.stringify(content));
  mkdirSync(join(folder, 'items'));
  mkdirSync(join(folder, 'bids'));
  mkdirSync(join(folder, 'universe'));
  write('contracts-public-region-10000002-page-1.json', [recorded(21, 3), recorded(22, 1)]);
  write('contracts-public-mixed-2023.json', [
    recorded(11, 14, { type: 'auction' }),
    recorded(12, 12, { start_location_id: 1_030_000_000_000, type: 'courier' }),
  ]);
  write('items/contracts-public-items-11.json', [item]);
  write('items/contracts-public-items-21.json', [item, item]);
  write('bids/contracts-public-bids-11.json', [{ bid_id: 5, amount: 7, date_bid: '2023-04-14T00:00:00Z' }]);
  write('universe/universe-types-recorded.json', {
    582: { type_id: 582, name: 'Recorded Bantam' },
    99001: { type_id: 99001, name: 'New', description: '', group_id: 25, published: true },
  });
  write('universe/universe-regions-recorded.json', [{ region_id: 10001004, name: 'Exordium' }]);
  ({ url: base } = await app.start());
});
afterAll(async () => {
  await app.stop();
  rmSync(folder, { recursive: true });
});

const getJson = async <T>(path: string): Promise<T> => (await (await fetch(base + path)).json()) as T;

test('recorded contracts join the world, moved so that the newest of a list is issued now', async () => {
  const truth = await getJson<RegionTruth>('/__sandbox/truth?region_id=10000043');
  expect(truth).toMatchObject({
    contracts: [
      {
        contract_id: 11,
        date_issued: '2026-09-01T12:00:00Z',
        date_expired: '2026-09-15T12:00:00Z',
        items: [item],
        bids: [{ bid_id: 5, amount: 7, date_bid: '2026-09-01T12:00:00Z' }],
      },
    ],
    unavailable: [],
  });
});

test('contracts whose items were not recorded are unavailable, couriers have none', async () => {
  const truth = await getJson<RegionTruth>('/__sandbox/truth?region_id=10000002');
  expect(truth.contracts.map((contract) => [contract.contract_id, contract.items.length])).toEqual([
    [12, 0],
    [21, 2],
  ]);
  expect(truth.unavailable).toEqual([22]);
  expect((await fetch(`${base}/contracts/public/items/22`)).status).toBe(404);
});

test('recorded universe answers go before the static ones and add to them', async () => {
  expect(await getJson('/universe/types/582')).toMatchObject({ name: 'Recorded Bantam', group_id: 25 });
  expect(await getJson('/universe/types/99001')).toMatchObject({ name: 'New' });
  expect(await getJson<{ types: number[] }>('/universe/groups/25')).toMatchObject({
    types: expect.arrayContaining([99001]),
  });
  expect(await getJson('/universe/regions/10001004')).toMatchObject({ name: 'Exordium', constellations: [] });
  expect(await getJson('/contracts/public/10001004')).toEqual([]);
});

test('issuers of recorded contracts have names', async () => {
  const names = await fetch(`${base}/universe/names`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '[90000001,98999999]',
  });
  expect(await names.json()).toMatchObject([
    { id: 90000001, category: 'character' },
    { id: 98999999, category: 'corporation' },
  ]);
});
