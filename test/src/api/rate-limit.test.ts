import { afterEach, describe, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import { migrateQueues } from '@hangar-bay/queues';
import type { Logger } from '@hangar-bay/runtime';
import request from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { envOf, type Env } from './api-under-test.js';

const LIMIT = 100;
const PATH = '/api/v1/regions';

const warnings: string[] = [];
const ignore = () => undefined;
const logger: Logger = {
  error: ignore,
  warn: (message) => warnings.push(message),
  info: (message) => warnings.push(message),
  debug: ignore,
};

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) {
    await clean();
  }
  warnings.length = 0;
});

async function startApis(count: number, env: Env): Promise<{ urls: string[]; databaseUrl: string }> {
  const database = await createTestDatabase();
  cleanups.push(database.drop);
  const apps: ApiApp[] = Array.from({ length: count }, () =>
    createApiApp(
      readApiConfig(
        envOf(database.url, { RATE_LIMIT_PER_MINUTE: String(LIMIT), TRUST_PROXY: 'loopback', ...env }),
      ),
      { logger },
    ),
  );
  cleanups.push(async () => {
    await Promise.all(apps.map((app) => app.stop()));
  });
  const started = await Promise.all(apps.map((app) => app.start()));
  return { urls: started.map(({ url }) => url), databaseUrl: database.url };
}

const askAs = (url: string, address: string) => request(url).get(PATH).set('X-Forwarded-For', address);

/** Asks all instances in turn and returns how many requests were answered. */
async function askAll(urls: readonly string[], address: string, rounds: number): Promise<number> {
  let answered = 0;
  for (let round = 0; round < rounds; round += 1) {
    const responses = await Promise.all(urls.map((url) => askAs(url, address)));
    answered += responses.filter(({ status }) => status === 200).length;
  }
  return answered;
}

async function metric(url: string, name: string): Promise<string | undefined> {
  const { text } = await request(url).get('/metrics').expect(200);
  return new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1];
}

describe.each(testQueueUrls())('with queues on $backend', ({ backend, open }) => {
  async function startShared(count: number) {
    const queue = await open();
    cleanups.push(queue.drop);
    await migrateQueues(queue.url);
    return startApis(count, { QUEUE_URL: queue.url });
  }

  test('two instances admit the limit together, and a few more at the most', async () => {
    const { urls, databaseUrl } = await startShared(2);
    // The connections to the store are there from here on.
    await askAll(urls, '203.0.113.1', 10);
    const answered = await askAll(urls, '203.0.113.7', LIMIT);
    expect(answered).toBeGreaterThanOrEqual(LIMIT);
    // 2 % for each instance, and what arrives while a busy machine tells the store; each alone would answer all.
    expect(answered).toBeLessThanOrEqual(LIMIT * 1.3);

    const other = await askAs(urls[0] ?? '', '203.0.113.8').expect(200);
    expect(other.headers['ratelimit']).toBe(`"address";r=${LIMIT - 1};t=60`);
    if (backend === 'PostgreSQL') {
      expect(await countWindows(databaseUrl)).toBeGreaterThan(0);
    }
  });
});

async function countWindows(databaseUrl: string): Promise<number> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM rate_limits');
  await client.end();
  return Number(rows[0]?.count);
}

test('who has used up the limit is told when to come back', async () => {
  const { urls } = await startApis(1, { RATE_LIMIT_PER_MINUTE: '2' });
  const url = urls[0] ?? '';
  const first = await askAs(url, '203.0.113.7').expect(200);
  expect(first.headers).toMatchObject({
    'ratelimit-policy': '"address";q=2;w=60',
    ratelimit: '"address";r=1;t=60',
  });
  await askAs(url, '203.0.113.7').expect(200);

  const refused = await askAs(url, '203.0.113.7').expect(429);
  expect(refused.body).toMatchObject({ error_code: 'too_many_requests', status: 429 });
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(50);
  expect(refused.headers['ratelimit']).toMatch(/^"address";r=0;t=\d+$/);
});

test('an IPv6 subscriber is one client, whatever the address within the /64', async () => {
  const { urls } = await startApis(1, { RATE_LIMIT_PER_MINUTE: '2' });
  const url = urls[0] ?? '';
  await askAs(url, '2001:db8:0:1::1').expect(200);
  await askAs(url, '2001:db8:0:1:ffff::2').expect(200);
  await askAs(url, '2001:db8:0:1::3').expect(429);
  await askAs(url, '2001:db8:0:2::1').expect(200);
});

test('health and metrics are not limited', async () => {
  const { urls } = await startApis(1, { RATE_LIMIT_PER_MINUTE: '1' });
  const url = urls[0] ?? '';
  for (let times = 0; times < 3; times += 1) {
    await request(url).get('/health/live').expect(200);
    await request(url).get('/metrics').expect(200);
  }
  const { headers } = await request(url).get('/health/live').expect(200);
  expect(headers).not.toHaveProperty('ratelimit');
});

test('without its store an instance counts alone, says so once, and shares again when it is back', async () => {
  const { urls, databaseUrl } = await startApis(1, {});
  const url = urls[0] ?? '';
  await runSql(databaseUrl, 'ALTER TABLE rate_limits RENAME TO away');
  expect(await askAll(urls, '203.0.113.7', LIMIT + 10)).toBe(LIMIT);
  await waitUntil(async () => (await metric(url, 'hangar_bay_rate_limit_fallback')) === '1');
  await waitUntil(async () => {
    await askAs(url, '203.0.113.9');
    return warnings.length > 0;
  });
  expect(warnings.filter((message) => message.includes('this instance alone'))).toHaveLength(1);

  await runSql(databaseUrl, 'ALTER TABLE away RENAME TO rate_limits');
  await waitUntil(async () => {
    await askAs(url, '203.0.113.10');
    return (await metric(url, 'hangar_bay_rate_limit_fallback')) === '0';
  });
});

test('requests do not wait for a Redis that is away', async () => {
  const { urls } = await startApis(1, { QUEUE_URL: 'redis://127.0.0.1:1' });
  const startedAt = performance.now();
  await askAll(urls, '203.0.113.7', 20);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  await waitUntil(async () => (await metric(urls[0] ?? '', 'hangar_bay_rate_limit_fallback')) === '1');
});
