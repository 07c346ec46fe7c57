import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createSandboxApp,
  sandboxConfigFrom,
  sandboxEnv,
  type RegionTruth,
  type TrueContract,
} from './index.js';

const FORGE = '/contracts/public/10000002';

const app = createSandboxApp({
  ...sandboxConfigFrom(sandboxEnv.parse({})),
  contracts: 2000,
  startAt: new Date('2026-09-01T12:00:00Z'),
});
let base = '';

beforeAll(async () => {
  ({ url: base } = await app.start());
});
afterAll(() => app.stop());

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(base + path, { headers });
const getJson = async <T>(path: string): Promise<T> => (await (await get(path)).json()) as T;
const post = (path: string, body: unknown): Promise<Response> =>
  fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const advance = (seconds: number): Promise<Response> =>
  post('/__sandbox/clock', { advance_seconds: seconds });
const truthOf = (regionId: number): Promise<RegionTruth> => getJson(`/__sandbox/truth?region_id=${regionId}`);

async function walk(path: string): Promise<Record<string, unknown>[]> {
  const first = await get(path);
  const rows = (await first.json()) as Record<string, unknown>[];
  for (let page = 2; page <= Number(first.headers.get('x-pages')); page += 1) {
    const next = await get(`${path}?page=${page}`);
    expect(next.headers.get('last-modified')).toBe(first.headers.get('last-modified'));
    rows.push(...((await next.json()) as Record<string, unknown>[]));
  }
  return rows;
}

describe('the world', () => {
  test('its truth is what a complete walk gives, before and after it has moved', async () => {
    for (const regionId of [10000002, 10000043]) {
      for (const seconds of [0, 86_400]) {
        await advance(seconds);
        const rows = await walk(`/contracts/public/${regionId}`);
        const ids = rows.map((row) => row['contract_id']);
        expect(ids).toEqual([...ids].sort((first, second) => Number(first) - Number(second)));

        const truth = await truthOf(regionId);
        const refused = new Set(truth.unavailable);
        expect(truth.contracts.map(stripTruth)).toEqual(
          rows.filter((row) => !refused.has(Number(row['contract_id']))),
        );
        expect(rows.length).toBe(truth.contracts.length + refused.size);
      }
    }
  });

  test('the items and bids of a contract are those of the truth', async () => {
    const truth = await truthOf(10000002);
    const mega = truth.contracts.filter((contract) => contract.items.length > 1000);
    expect(mega.length).toBeGreaterThan(0);
    const auctions = truth.contracts.filter((contract) => (contract.bids?.length ?? 0) > 0).slice(0, 20);
    for (const contract of [...truth.contracts.slice(0, 100), ...auctions, ...mega.slice(0, 1)]) {
      expect(await walk(`/contracts/public/items/${contract.contract_id}`)).toEqual(contract.items);
      if (contract.bids !== undefined) {
        expect(await walk(`/contracts/public/bids/${contract.contract_id}`)).toEqual(contract.bids);
      }
    }
  });

  test('contracts of the truth that cannot be had answer 204, 403 or 404', async () => {
    const { unavailable } = await truthOf(10000002);
    expect(unavailable.length).toBeGreaterThan(0);
    for (const contractId of unavailable) {
      expect([204, 403, 404]).toContain((await get(`/contracts/public/items/${contractId}`)).status);
    }
  });

  test('a contract that has left the list no longer gives its items', async () => {
    const before = await truthOf(10000043);
    await advance(7 * 86_400);
    const rows = await walk('/contracts/public/10000043');
    const ids = new Set(rows.map((row) => row['contract_id']));
    const gone = before.contracts.filter((contract) => !ids.has(contract.contract_id));
    expect(gone.length).toBeGreaterThan(10);
    for (const contract of gone.slice(0, 20)) {
      expect([204, 403, 404]).toContain(
        (await get(`/contracts/public/items/${contract.contract_id}`)).status,
      );
    }
  });

  test('says true or nothing, and leaves out what ESI leaves out', async () => {
    const all = (await getJson<RegionTruth[]>('/__sandbox/truth')).flatMap((truth) => truth.contracts);
    const items = all.flatMap((contract) => contract.items);
    expect(items.some((item) => item.is_blueprint_copy === false)).toBe(false);
    expect(all.some((contract) => contract.for_corporation === false)).toBe(false);
    expect(items.some((item) => item.runs === undefined && item.material_efficiency !== undefined)).toBe(
      true,
    );
    const requested = items.filter((item) => !item.is_included);
    expect(new Set(requested.flatMap((item) => Object.keys(item)))).toEqual(
      new Set(['is_included', 'quantity', 'record_id', 'type_id']),
    );
    const repeats = all.filter(
      ({ items }) => new Set(items.map((item) => item.record_id)).size < items.length,
    );
    expect(repeats.length).toBeGreaterThan(0);
    expect(all.some((contract) => contract.price === 0 && (contract.reward ?? 0) > 0)).toBe(true);
  });
});

describe('caching', () => {
  test('answers 304 to the validator, with the headers of the cached page', async () => {
    const first = await get(FORGE);
    const again = await get(FORGE, { 'if-none-match': first.headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
    for (const name of ['etag', 'last-modified', 'expires', 'cache-control', 'x-pages']) {
      expect(again.headers.get(name)).toBe(first.headers.get(name));
    }
    expect(first.headers.get('etag')).toMatch(/^W\/"/);
    expect(first.headers.get('content-encoding')).toBe('gzip');
  });

  test('serves one generation until its lifetime has passed, then makes the next', async () => {
    const first = await get(FORGE);
    const seconds = lifetimeOf(first);
    await advance(seconds - 5);
    expect((await get(FORGE)).headers.get('last-modified')).toBe(first.headers.get('last-modified'));
    await advance(6);
    const next = await get(FORGE);
    expect(next.headers.get('last-modified')).not.toBe(first.headers.get('last-modified'));
    expect(lifetimeOf(next)).toBe(1800);
  });

  test('tells lifetimes in real seconds when its clock runs fast', async () => {
    const fast = createSandboxApp({
      ...sandboxConfigFrom(sandboxEnv.parse({})),
      contracts: 50,
      clockRate: 600,
    });
    const { url } = await fast.start();
    expect(lifetimeOf(await fetch(`${url}${FORGE}`))).toBeLessThanOrEqual(3);
    await fast.stop();
  });

  test('logs which requests came before their cache had expired', async () => {
    await fetch(`${base}/__sandbox/requests`, { method: 'DELETE' });
    await get('/contracts/public/10000030');
    await get('/contracts/public/10000030?page=1');
    await advance(1801);
    await get('/contracts/public/10000030');
    expect(await getJson('/__sandbox/requests')).toMatchObject([
      { path: '/contracts/public/10000030', status: 200, premature: false },
      { path: '/contracts/public/10000030?page=1', status: 200, premature: true },
      { path: '/contracts/public/10000030', status: 200, premature: false },
    ]);
  });

  test('answers 404 beyond the last page and for regions that do not exist', async () => {
    expect((await get(`${FORGE}?page=99`)).status).toBe(404);
    expect((await get('/contracts/public/10009999')).status).toBe(404);
    expect((await get(`${FORGE}/`)).status).toBe(404);
    expect(await (await get('/contracts/public/14000005')).json()).toEqual([]);
  });
});

describe('names', () => {
  test('one id that cannot be resolved fails the whole batch', async () => {
    const good = await post('/universe/names', [10000002, 582]);
    expect(await good.json()).toEqual([
      { id: 10000002, name: 'The Forge', category: 'region' },
      { id: 582, name: 'Bantam', category: 'inventory_type' },
    ]);
    const bad = await post('/universe/names', [10000002, 1_020_000_000_000]);
    expect(bad.status).toBe(404);
    expect(await bad.json()).toEqual({ error: 'Ensure all IDs are valid before resolving.' });
    expect((await post('/universe/names', [582, 582])).status).toBe(400);
  });
});

function stripTruth({ region_id: _region, items: _items, bids: _bids, ...row }: TrueContract): object {
  return row;
}

function lifetimeOf(response: Response): number {
  const time = (name: string): number => Date.parse(response.headers.get(name) ?? '');
  return (time('expires') - time('date')) / 1000;
}
