import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { createEsiClient, type EsiClient } from './client.js';
import { createLocalLimits } from './limits/shared-limits.js';

const ESI = 'https://esi.example';

let clients: EsiClient[];

beforeAll(() => {
  nock.disableNetConnect();
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  nock.cleanAll();
});

afterAll(() => {
  nock.restore();
});

/** Two clients that share their limits. */
function connect(): [EsiClient, EsiClient] {
  const limits = createLocalLimits();
  const connectOne = () =>
    createEsiClient(
      {
        baseUrl: ESI,
        userAgent: 'hangar-bay-test (https://example.org/contact)',
        compatibilityDate: '2026-08-04',
        timeoutMs: 5_000,
        retryDelayMs: 1,
        maxRequestsPerSecond: 1_000,
        maxWaitSeconds: 5,
      },
      limits,
    );
  const both: [EsiClient, EsiClient] = [connectOne(), connectOne()];
  clients = both;
  return both;
}

const getGroup = (client: EsiClient) => client.getResource('/universe/groups/{group_id}', 25);

function replyStatus(status: string): nock.Scope {
  const routes = [
    { method: 'GET', path: '/universe/groups/{id}/', status },
    { method: 'GET', path: '/universe/types/{type_id}', status: 'OK' },
  ];
  return nock(ESI).get('/meta/status').reply(200, { routes }, { 'cache-control': 'max-age=120' });
}

describe('a route that keeps failing', () => {
  test('is not asked by anybody while ESI calls it down; others are', async () => {
    const [one, other] = connect();
    nock(ESI).get('/universe/groups/25').times(4).reply(503);
    const status = replyStatus('Down');
    await expect(getGroup(one)).rejects.toBeDefined();
    while (!status.isDone()) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    nock(ESI).get('/universe/categories/6').reply(200, { category_id: 6, name: 'Ship' });
    const next = nock(ESI).get('/universe/groups/25').reply(200, {});
    expect(await one.getResource('/universe/categories/{category_id}', 6)).toBeDefined();
    await expect(getGroup(one)).rejects.toMatchObject({ kind: 'paused' });
    const error = await getGroup(other).catch(
      (reason: unknown) => reason as { kind: string; waitMs: number },
    );
    expect(error).toMatchObject({ kind: 'paused' });
    expect((error as { waitMs: number }).waitMs).toBeGreaterThan(60_000);
    expect(next.isDone()).toBe(false);
  });

  test('is asked on while ESI calls it well, and ESI is not asked about it again within a minute', async () => {
    const [one, other] = connect();
    nock(ESI).get('/universe/groups/25').times(8).reply(503);
    const status = replyStatus('Degraded');
    const again = replyStatus('Down');
    await expect(getGroup(one)).rejects.toMatchObject({ kind: 'status', status: 503 });
    nock(ESI).get('/universe/categories/6').reply(200, { category_id: 6, name: 'Ship' });
    await other.getResource('/universe/categories/{category_id}', 6);
    await expect(getGroup(other)).rejects.toMatchObject({ kind: 'status', status: 503 });
    expect(status.isDone()).toBe(true);
    expect(again.isDone()).toBe(false);
  });

  test('is asked on where ESI does not say how it is', async () => {
    const [one] = connect();
    nock(ESI).get('/universe/groups/25').times(4).reply(503);
    nock(ESI).get('/meta/status').reply(500);
    await expect(getGroup(one)).rejects.toMatchObject({ status: 503 });
    nock(ESI).get('/universe/groups/25').reply(200, { group_id: 25, name: 'Frigate', category_id: 6 });
    expect(await getGroup(one)).toMatchObject({ value: { name: 'Frigate' } });
  });
});

describe('ESI as a whole away', () => {
  test('is no failure of what was asked: it pauses', async () => {
    const [one] = connect();
    nock(ESI).get(/.*/).times(50).reply(504, '<html></html>');
    const answers = await Promise.allSettled([1, 2, 3, 4].map((id) => one.getContractItems(id)));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'rejected', reason: { kind: 'paused' } });
    }
  });
});
