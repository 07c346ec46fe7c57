import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createSandboxApp, sandboxConfigFrom, sandboxEnv, type RegionTruth } from '../index.js';

const LIST = '/contracts/public/{region_id}';
const ITEMS = '/contracts/public/items/{contract_id}';
const FORGE = '/contracts/public/10000002';

const app = createSandboxApp({ ...sandboxConfigFrom(sandboxEnv.parse({})), contracts: 1500 });
let base = '';

beforeAll(async () => {
  ({ url: base } = await app.start());
});
afterEach(() => fetch(`${base}/__sandbox/faults`, { method: 'DELETE' }));
afterAll(() => app.stop());

const get = (path: string): Promise<Response> => fetch(base + path);
const set = (fault: object): Promise<Response> =>
  fetch(`${base}/__sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });

describe('faults', () => {
  test('a status is answered as often as asked for, then no more', async () => {
    await set({ route: LIST, kind: 'status', status: 503, count: 2, retry_after: 7 });
    const struck = await get(FORGE);
    expect([struck.status, struck.headers.get('retry-after')]).toEqual([503, '7']);
    expect((await get(FORGE)).status).toBe(503);
    expect((await get(FORGE)).status).toBe(200);
  });

  test('a probability strikes about that share of the requests', async () => {
    await set({ route: LIST, kind: 'status', status: 204, probability: 0.3 });
    const statuses = await Promise.all(Array.from({ length: 100 }, async () => (await get(FORGE)).status));
    const struck = statuses.filter((status) => status === 204).length;
    expect(struck).toBeGreaterThan(10);
    expect(struck).toBeLessThan(50);
  });

  test.each(['reset', 'truncate'])('%s breaks the connection', async (kind) => {
    await set({ route: LIST, kind, count: 1 });
    await expect(get(FORGE).then((response) => response.text())).rejects.toThrow();
    expect((await get(FORGE)).status).toBe(200);
  });

  test('timeout never answers', async () => {
    await set({ route: LIST, kind: 'timeout', count: 1 });
    await expect(fetch(base + FORGE, { signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout');
  });

  test('slow answers late', async () => {
    await set({ route: LIST, kind: 'slow', delay_ms: 60, count: 1 });
    const before = performance.now();
    expect((await get(FORGE)).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(55);
  });

  test('html comes from a load balancer, not from ESI', async () => {
    await set({ route: LIST, kind: 'html', count: 1 });
    const struck = await get(FORGE);
    expect([struck.status, struck.headers.get('content-type')]).toEqual([504, 'text/html']);
  });

  test('malformed contracts take each variant in turn and leave the other rows alone', async () => {
    const whole = (await (await get(FORGE)).json()) as Record<string, unknown>[];
    await set({ route: LIST, kind: 'malformed_contract', count: 6 });
    const spoiled = [];
    for (let turn = 0; turn < 6; turn += 1) {
      const rows = (await (await get(FORGE)).json()) as Record<string, unknown>[];
      expect(rows.slice(1)).toEqual(whole.slice(1));
      spoiled.push(rows[0] ?? {});
    }
    expect(typeof spoiled[0]?.['issuer_id']).toBe('object');
    expect(spoiled[1]).not.toHaveProperty('contract_id');
    expect(spoiled[2]?.['date_expired']).toBeNull();
    expect(typeof spoiled[3]?.['price']).toBe('string');
    expect(spoiled[4]?.['type']).toBe('barter');
    expect(String(spoiled[5]?.['title']).length).toBe(10_000_000);
  });

  test('malformed pages say 200 and hold no list', async () => {
    await set({ route: LIST, kind: 'malformed_page', variant: 'object', count: 1 });
    expect(Array.isArray(await (await get(FORGE)).json())).toBe(false);
    await set({ route: LIST, kind: 'malformed_page', variant: 'not_json', count: 1 });
    await expect((await get(FORGE)).json()).rejects.toThrow();
  });

  test('a list that is made anew in the middle of a walk shows it in Last-Modified', async () => {
    await set({ route: LIST, kind: 'regenerate_mid_walk', count: 1 });
    const first = await get(FORGE);
    const second = await get(`${FORGE}?page=2`);
    expect(second.headers.get('last-modified')).not.toBe(first.headers.get('last-modified'));
    expect((await get(FORGE)).headers.get('last-modified')).toBe(second.headers.get('last-modified'));
  });

  test('evicted items are an empty list', async () => {
    const truth = (await (await get('/__sandbox/truth?region_id=10000043')).json()) as RegionTruth;
    const { contract_id } = truth.contracts.find((contract) => contract.items.length > 0) ?? {
      contract_id: 0,
    };
    await set({ route: ITEMS, kind: 'evict', count: 1 });
    expect(await (await get(`/contracts/public/items/${contract_id}`)).json()).toEqual([]);
    expect(await (await get(`/contracts/public/items/${contract_id}`)).json()).not.toEqual([]);
  });

  test('a rate limit answers 429 with the time to wait', async () => {
    await set({ route: LIST, kind: 'rate_limit', retry_after: 3, count: 1 });
    const struck = await get(FORGE);
    expect([struck.status, struck.headers.get('retry-after')]).toEqual([429, '3']);
  });

  test('the error limit closes every route, and opens again when the faults are cleared', async () => {
    await set({ route: ITEMS, kind: 'error_limit', count: 1 });
    expect((await get('/contracts/public/items/1')).status).toBe(420);
    expect((await get('/status')).status).toBe(420);
    await fetch(`${base}/__sandbox/faults`, { method: 'DELETE' });
    expect((await get('/status')).status).toBe(200);
  });

  test('after 100 errors in a minute everything answers 420', async () => {
    for (let errors = 0; errors < 100; errors += 1) {
      expect((await get('/universe/types/999999999')).status).toBe(404);
    }
    const after = await get(FORGE);
    expect(after.status).toBe(420);
    expect(after.headers.get('x-esi-error-limit-remain')).toBe('0');
    expect(after.headers.has('retry-after')).toBe(false);
  });

  test.each([
    [{ route: LIST, kind: 'earthquake' }, 'kind'],
    [{ route: '/contracts/{id}', kind: 'reset' }, '/contracts/{id}'],
    [{ route: LIST, kind: 'status' }, 'status'],
    [{ route: LIST, kind: 'evict' }, 'route'],
    [{ route: LIST, kind: 'reset', cuont: 1 }, 'cuont'],
  ])('refuses %j and says what is wrong', async (fault, part) => {
    const answer = await set(fault);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toContain(part);
  });
});
