import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import type { Logger } from '@hangar-bay/runtime';
import { Client } from 'pg';
import request, { type Response } from 'supertest';
import { startFreezingProxy, type FreezingProxy } from '../setup/freezing-proxy.js';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { waitUntil } from '../setup/wait-until.js';
import { scrape } from '../worker/scrape.js';
import { envOf } from './api-under-test.js';
import { contract, insert, insertPlaces } from './world.js';

/** Asked while all was well. */
const KNOWN = '/api/v1/contracts?limit=10';
const CLIENTS = 4;
const PACE_MS = 10;
/** For the one read that tries the database, and a machine that does other things too. */
const SLOWEST_MS = 2_600;
/** A health answer comes within a second; the checks have 0.8 s. */
const HEALTH_MS = 1_000;

let database: TestDatabase;
let proxy: FreezingProxy;
let app: ApiApp;
let url: string;
let messages: string[];
let asked = 0;

beforeEach(async () => {
  database = await createTestDatabase();
  await insertPlaces(database.url);
  await insert(database.url, 'contracts', [contract({ contract_id: 1 }), contract({ contract_id: 2 })]);
  proxy = await startFreezingProxy(database.url);
  messages = [];
  const note = (message: string) => messages.push(message);
  const logger: Logger = { error: note, warn: note, info: note, debug: () => undefined };
  app = createApiApp(readApiConfig(envOf(proxy.url, { RESPONSE_CACHE_MB: '16' })), { logger });
  ({ url } = await app.start());
});

afterEach(async () => {
  await app.stop();
  await proxy.close();
  await database.drop();
});

const ask = (path = KNOWN) => request(url).get(path).set('Accept-Encoding', 'identity');
const ready = () => request(url).get('/health/ready');
const circuit = async () => (await scrape(url)).sum('hangar_bay_circuit_state', { name: 'primary' });

/** Asks the known question until its answer comes from the cache. */
async function learn(): Promise<void> {
  const hits = async () =>
    (await scrape(url)).sum('hangar_bay_response_cache_requests_total', { result: 'hit' }) ?? 0;
  await waitUntil(async () => (await ask()).status === 200 && (await hits()) > 0, {
    what: 'the answer is kept',
  });
}

/** A question that nobody has asked yet. */
function askAnew() {
  asked += 1;
  return ask(`/api/v1/contracts?max_price=${1_000_000 + asked}`);
}

interface Timed {
  readonly response: Response;
  readonly ms: number;
}

async function time(asking: () => PromiseLike<Response>): Promise<Timed> {
  const startedAt = performance.now();
  const response = await asking();
  return { response, ms: performance.now() - startedAt };
}

/** A few clients that ask known and new questions until they are told to stop. */
function startLoad() {
  let isOver = false;
  const known: Timed[] = [];
  const unknown: Timed[] = [];
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (!isOver) {
      known.push(await time(() => ask()));
      unknown.push(await time(askAnew));
      await wait(PACE_MS);
    }
  });
  return {
    known,
    unknown,
    async stop() {
      isOver = true;
      await Promise.all(clients);
    },
  };
}

function expectStale({ status, headers }: Response): void {
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    warning: '110 - "Response is Stale"',
    'cache-control': 'public, max-age=0',
  });
  expect(Number(headers['age'])).toBeLessThan(60);
}

function expectRefused(response: Response): void {
  expect([response.status, response.body]).toMatchObject([503, { error_code: 'unavailable' }]);
  expect(response.headers['retry-after']).toBe('5');
}

/** A quarter below 100 ms shows that nothing is waited for; the rest is what a busy machine adds. */
function expectQuick(answers: readonly Timed[]): void {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  expect(times[Math.floor(times.length / 4)]).toBeLessThan(100);
  expect(times.at(-1)).toBeLessThan(SLOWEST_MS);
}

describe.each(['cut', 'freeze'] as const)(
  'a database that goes away under a load (%s), and comes back',
  (how) => {
    test('costs no client more than it must', async () => {
      await learn();
      const { headers } = await ask().expect(200);
      const load = startLoad();
      await waitUntil(() => load.unknown.length > 20, { what: 'the load runs' });
      expect(load.known.filter(({ response }) => 'warning' in response.headers)).toEqual([]);

      proxy[how]();
      await waitUntil(async () => (await circuit()) !== 0, { what: 'the circuit opens' });
      const since = { known: load.known.length + CLIENTS, unknown: load.unknown.length + CLIENTS };
      await waitUntil(
        () => load.known.length > since.known + 50 && load.unknown.length > since.unknown + 50,
        { what: 'the load goes on' },
      );
      const known = load.known.slice(since.known);
      const unknown = load.unknown.slice(since.unknown);
      known.forEach(({ response }) => expectStale(response));
      unknown.forEach(({ response }) => expectRefused(response));
      expectQuick(known);
      expectQuick(unknown);
      // The bytes are those of before, and whoever has them need not get them again.
      expect(known.at(-1)?.response.headers['etag']).toBe(headers['etag']);
      const unchanged = await ask()
        .set('If-None-Match', headers['etag'] ?? '')
        .expect(304);
      expect(unchanged.headers).toMatchObject({ warning: '110 - "Response is Stale"' });
      expect(Number(unchanged.headers['age'])).toBeGreaterThan(0);

      const health = await time(ready);
      expect([health.response.status, health.response.body]).toMatchObject([
        200,
        { status: 'degraded', parts: { database: { status: 'failed' } } },
      ]);
      expect(health.ms).toBeLessThan(HEALTH_MS);

      const backAt = performance.now();
      proxy.thaw();
      await waitUntil(async () => (await askAnew()).status === 200, { what: 'new questions are answered' });
      await waitUntil(async () => !('warning' in (await ask()).headers), { what: 'answers are fresh' });
      expect(performance.now() - backAt).toBeLessThan(2_000);
      await load.stop();
      expect(await circuit()).toBe(0);
      await waitUntil(async () => (await ready()).status === 200, { what: 'it is ready' });
      const told = messages.filter((message) => message.startsWith('a database '));
      expect(told).toEqual([
        'a database is away; it is left alone until it answers',
        'a database answers again',
      ]);
      expect(
        (await scrape(url)).sum('hangar_bay_response_cache_requests_total', { result: 'stale' }),
      ).toBeGreaterThan(50);
    });
  },
);

test('without a database and without an answer to give it is not ready', async () => {
  proxy.cut();
  const { response, ms } = await time(ready);
  expect([response.status, response.body]).toMatchObject([503, { status: 'unready' }]);
  expect(ms).toBeLessThan(HEALTH_MS);
  proxy.thaw();
  await waitUntil(async () => (await ready()).status === 200, { what: 'it is ready' });
});

test('a failure that is no absence of the database is told as it is, and not covered up', async () => {
  await learn();
  await runSql(database.url, 'ALTER TABLE contracts RENAME COLUMN visible_since TO shown_since');
  await runSql(database.url, 'UPDATE regions SET generation = now()');
  await waitUntil(async () => (await ask()).status === 500, { what: 'the mistake is told' });
  expect(await circuit()).toBe(0);
});

test('when every connection is taken, what is known is given and the rest refused at once', async () => {
  await learn();
  let type = 0;
  // Neither the known question nor the looks at the version read items.
  const askForItems = () => ask(`/api/v1/contracts?type_id=${(type += 1)}`);
  const holder = new Client({ connectionString: database.url });
  await holder.connect();
  try {
    await holder.query('BEGIN; LOCK contract_items IN ACCESS EXCLUSIVE MODE');
    const holding = Array.from({ length: 24 }, () => askForItems().then((response) => response));
    // Whoever comes first waits for a connection, in vain.
    expectRefused(await askForItems());

    await runSql(database.url, 'UPDATE contracts SET price = 5 WHERE contract_id = 1');
    const quick = await Promise.all(Array.from({ length: 8 }, () => time(askForItems)));
    quick.forEach(({ response }) => expectRefused(response));
    expectQuick(quick);
    await waitUntil(async () => 'warning' in (await ask()).headers, { what: 'the known answer is old' });
    expectStale(await ask());
    (await Promise.all(holding)).forEach(expectRefused);
    expect(await circuit()).toBe(0);
  } finally {
    await holder.query('ROLLBACK');
    await holder.end();
  }
  await askAnew().expect(200);
  await waitUntil(async () => !('warning' in (await ask()).headers), { what: 'answers are fresh' });
});
