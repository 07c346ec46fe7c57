import { afterEach, describe, expect, test } from '@jest/globals';
import { EsiError, type EsiClient } from '@hangar-bay/esi-client';
import { THE_FORGE, mostWithin, pace, startEsiUnderLimits } from './esi-under-limits.js';
import type { EsiUnderLimits, LimitsOptions } from './esi-under-limits.js';
import { waitUntil } from '../setup/wait-until.js';

const ITEMS = '/contracts/public/items/{contract_id}';

let esi: EsiUnderLimits;

async function start(options: LimitsOptions): Promise<EsiUnderLimits> {
  esi = await startEsiUnderLimits(options);
  return esi;
}

afterEach(() => esi.stop());

/** A client hears of what another has learnt a few requests later. */
async function untilContractsPause(client: EsiClient | undefined): Promise<void> {
  const isPaused = () =>
    client?.getContractItems(esi.contractIds[0] as number).then(
      () => false,
      (error: unknown) => error instanceof EsiError && error.kind === 'paused',
    ) ?? false;
  await waitUntil(isPaused, { what: 'contracts are asked for no more' });
}

const isError = ({ status }: { status: number }) => status >= 400 && status !== 420;

describe('the budget of requests', () => {
  test('is used up by one client', async () => {
    await start({ clients: 1, maxRequestsPerSecond: 20 });
    await esi.askForItems(16, AbortSignal.timeout(2_500));
    const requests = await esi.requests();
    expect(pace(requests)).toBeGreaterThanOrEqual(19);
    expect(mostWithin(requests, 1_000)).toBeLessThanOrEqual(25);
  });

  test('is held together by four', async () => {
    await start({ clients: 4, maxRequestsPerSecond: 40 });
    await esi.askForItems(16, AbortSignal.timeout(3_000));
    const requests = await esi.requests();
    expect(pace(requests)).toBeGreaterThanOrEqual(36);
    expect(mostWithin(requests, 1_000)).toBeLessThanOrEqual(50);
  });

  test('is held at hundreds a second too', async () => {
    await start({ clients: 2, maxRequestsPerSecond: 400 });
    await esi.askForItems(16, AbortSignal.timeout(2_000));
    const requests = await esi.requests();
    expect(mostWithin(requests, 1_000)).toBeLessThanOrEqual(480);
  });
});

describe('the error limit', () => {
  test('is spent by four clients, 16 requests each, to three fifths; region lists go on', async () => {
    await start({ clients: 4, maxRequestsPerSecond: 2_000, maxWaitSeconds: 1 });
    await esi.addFault({ route: ITEMS, kind: 'status', status: 404 });
    await esi.askForItems(16, AbortSignal.timeout(2_000));
    for (const client of esi.clients) {
      await untilContractsPause(client);
      expect(await client.getRegionPage(THE_FORGE, 1, null)).toMatchObject({ kind: 'rows' });
    }
    const errors = (await esi.requests()).filter(isError);
    expect(errors.length).toBeGreaterThanOrEqual(50);
    expect(errors.length).toBeLessThanOrEqual(60);
  });

  test('is not spent to the end by every tenth answer, nor by region lists that fail', async () => {
    await start({ clients: 4, maxRequestsPerSecond: 1_000, maxWaitSeconds: 1 });
    await esi.addFault({ route: ITEMS, kind: 'status', status: 404, probability: 0.1 });
    await esi.askForItems(16, AbortSignal.timeout(2_000));
    await esi.addFault({ route: '/contracts/public/{region_id}', kind: 'status', status: 404 });
    const ask = () =>
      Promise.allSettled(esi.clients.map((client) => client.getRegionPage(THE_FORGE, 1, null)));
    for (let round = 0; round < 15; round += 1) {
      await ask();
    }
    const requests = await esi.requests();
    expect(requests.filter(isError).length).toBeLessThanOrEqual(80);
    expect(requests.filter(({ status }) => status === 420)).toEqual([]);
  });

  test('that somebody else has spent is seen in the headers', async () => {
    await start({ clients: 2, maxRequestsPerSecond: 100, maxWaitSeconds: 1 });
    const [one, other] = esi.clients;
    await esi.addFault({ route: '*', kind: 'status', status: 404, path_includes: '/universe/groups/' });
    const { url } = esi;
    await Promise.all(Array.from({ length: 70 }, () => fetch(`${url}/universe/groups/25`)));
    await one?.getRegionPage(THE_FORGE, 1, null);
    await untilContractsPause(other);
    expect(await other?.getRegionPage(THE_FORGE, 2, null)).toBeDefined();
  });
});

describe('a pause', () => {
  test('for 420 that one client sees stops the other, until the window ends', async () => {
    await start({ clients: 2, maxRequestsPerSecond: 20 });
    const [one, other] = esi.clients;
    if (!one || !other) {
      throw new Error('there are two clients');
    }
    const stop = new AbortController();
    const asking = esi.askForItems(16, stop.signal, [other]);
    await waitUntil(async () => (await esi.requests()).length > 5);
    await esi.addFault({ route: '/contracts/public/{region_id}', kind: 'error_limit', count: 1, seconds: 2 });
    await one.getRegionPage(THE_FORGE, 1, null);
    stop.abort();
    await asking;
    const requests = await esi.requests();
    const first = requests.findIndex(({ status }) => status === 420);
    const refused = requests.slice(first).filter(({ status }) => status === 420);
    expect(refused.length).toBeLessThanOrEqual(6);
    const paused =
      Date.parse(requests[first + refused.length]?.at ?? '') - Date.parse(requests[first]?.at ?? '');
    expect(paused).toBeGreaterThan(1_500);
  });

  test('for 429 holds its group for all clients, and no other', async () => {
    await start({
      clients: 2,
      maxRequestsPerSecond: 100,
      maxWaitSeconds: 1,
      tokenBucket: { tokens: 600, windowSeconds: 900 },
    });
    const [one, other] = esi.clients;
    await esi.addFault({ route: '/universe/types/{type_id}', kind: 'rate_limit', retry_after: 30, count: 1 });
    await expect(one?.getResource('/universe/types/{type_id}', 582)).rejects.toMatchObject({
      kind: 'paused',
    });
    await expect(other?.getResource('/universe/types/{type_id}', 582)).rejects.toMatchObject({
      kind: 'paused',
    });
    expect(await one?.getRegionPage(THE_FORGE, 1, null)).toMatchObject({ kind: 'rows' });
    expect(await other?.getContractItems(esi.contractIds[0] as number)).toMatchObject({ kind: 'items' });
    const asked = (await esi.requests()).filter(({ path }) => path.startsWith('/universe/types/'));
    expect(asked).toHaveLength(1);
  });

  test('comes before a bucket of tokens is empty', async () => {
    await start({
      clients: 4,
      maxRequestsPerSecond: 1_000,
      maxWaitSeconds: 1,
      tokenBucket: { tokens: 120, windowSeconds: 60 },
    });
    await esi.askForItems(16, AbortSignal.timeout(2_000));
    const requests = await esi.requests();
    expect(requests.filter(({ status }) => status === 429)).toEqual([]);
    // Half of the bucket at full speed, connecting too; then a turn every few seconds, and what was in flight before.
    const spent = await esi.spentTokens();
    expect(spent).toBeGreaterThanOrEqual(60);
    expect(spent).toBeLessThanOrEqual(90);
    // Contracts leave a quarter to region lists, which do not wait for their turns.
    for (const client of esi.clients) {
      expect(await client.getRegionPage(THE_FORGE, 1, null)).toMatchObject({ kind: 'rows' });
    }
  });
});

describe('an outage of all of ESI', () => {
  test('costs few errors and no attempts, and its end is noticed', async () => {
    await start({ clients: 4, maxRequestsPerSecond: 1_000, maxWaitSeconds: 1 });
    await esi.addFault({ route: '*', kind: 'status', status: 503 });
    await esi.askForItems(16, AbortSignal.timeout(2_000));
    const errors = (await esi.requests()).filter(isError);
    // It is under a limit of its own, and asked once a minute by all together.
    const ofStatus = errors.filter(({ path }) => path.startsWith('/meta/status'));
    expect(ofStatus.length).toBeLessThanOrEqual(1);
    expect(errors.length - ofStatus.length).toBeLessThanOrEqual(60);
    await expect(esi.clients[0]?.getContractItems(1)).rejects.toMatchObject({ kind: 'paused' });
    await esi.clearFaults();
    const back = () =>
      esi.clients[0]?.getRegionPage(THE_FORGE, 1, null).then(
        () => true,
        () => false,
      ) ?? false;
    await waitUntil(back, { what: 'ESI is asked again', timeoutMs: 12_000 });
  });
});
