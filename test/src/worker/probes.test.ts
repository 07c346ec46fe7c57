import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { migrateQueues } from '@hangar-bay/queues';
import { createWorkerApp, readWorkerConfig, type WorkerApp } from '@hangar-bay/worker';
import { startFreezingProxy, type FreezingProxy } from '../setup/freezing-proxy.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { testQueueUrls, type QueueBackend } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { scrape } from './scrape.js';

/** A second for health and two for metrics, and what a busy machine adds. */
const HEALTH_MS = 1_300;
const SCRAPE_MS = 2_300;

let database: TestDatabase;
let beforeDatabase: FreezingProxy;
let worker: WorkerApp;
let url: string;

function envOf(databaseUrl: string, queueUrl: string, more: Readonly<Record<string, string>> = {}) {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    QUEUE_URL: queueUrl,
    ESI_BASE_URL: 'http://127.0.0.1:1',
    REGION_IDS: '10000002',
    HOST: '127.0.0.1',
    PROBE_PORT: '0',
    TICK_SECONDS: '3600',
    LOG_LEVEL: 'error',
    ...more,
  };
}

interface Report {
  readonly status: string;
  readonly parts: Record<string, { status: string; reason?: string }>;
}

async function ask(path: string): Promise<{ status: number; body: Report }> {
  const startedAt = performance.now();
  const response = await fetch(`${url}${path}`);
  const body = (await response.json()) as Report;
  expect(performance.now() - startedAt).toBeLessThan(HEALTH_MS);
  return { status: response.status, body };
}

async function expectFailedPart(part: 'database' | 'broker'): Promise<void> {
  const { status, body } = await ask('/health/ready');
  expect({ status, part: body.parts[part]?.status }).toEqual({ status: 503, part: 'failed' });
  expect((await ask('/health/live')).status).toBe(200);
  const startedAt = performance.now();
  const { sum } = await scrape(url);
  expect(performance.now() - startedAt).toBeLessThan(SCRAPE_MS);
  expect(sum('hangar_bay_jobs_total')).not.toBe(0);
}

const becomesReady = () =>
  waitUntil(async () => (await fetch(`${url}/health/ready`)).status === 200, {
    what: 'the worker is ready again',
    timeoutMs: 20_000,
  });

beforeEach(async () => {
  database = await createTestDatabase();
  beforeDatabase = await startFreezingProxy(database.url);
});

afterEach(async () => {
  await beforeDatabase.close();
  await database.drop();
});

describe.each(testQueueUrls())('a worker whose queues are on $backend', ({ open }) => {
  let queue: Awaited<ReturnType<QueueBackend['open']>>;
  let beforeQueue: FreezingProxy;

  beforeEach(async () => {
    queue = await open();
    await migrateQueues(queue.url);
    beforeQueue = await startFreezingProxy(queue.url);
    worker = createWorkerApp(readWorkerConfig(envOf(beforeDatabase.url, beforeQueue.url)));
    ({ probeUrl: url } = await worker.start());
  });

  afterEach(async () => {
    beforeQueue.thaw();
    beforeDatabase.thaw();
    await worker.stop();
    await beforeQueue.close();
    await queue.drop();
  });

  test('is not ready, and lives, while the broker hangs, and recovers', async () => {
    await becomesReady();
    expect((await ask('/health/ready')).body).toMatchObject({ status: 'ok', phase: 'running' });
    beforeQueue.freeze();
    await expectFailedPart('broker');
    beforeQueue.thaw();
    await becomesReady();
  });

  test('is not ready, and lives, while the broker is away', async () => {
    await becomesReady();
    beforeQueue.cut();
    await expectFailedPart('broker');
    beforeQueue.thaw();
    await becomesReady();
  });
});

describe('a worker', () => {
  let queue: TestDatabase;

  beforeEach(async () => {
    queue = await createEmptyDatabase();
    await migrateQueues(queue.url);
  });

  afterEach(async () => {
    await worker.stop();
    await queue.drop();
  });

  async function start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    worker = createWorkerApp(readWorkerConfig(envOf(beforeDatabase.url, queue.url, more)));
    ({ probeUrl: url } = await worker.start());
  }

  test('is not ready, and lives, while the database hangs, tells what is known, and recovers', async () => {
    await start();
    expect((await scrape(url)).sum('hangar_bay_dead_letters')).toBe(0);
    beforeDatabase.freeze();
    await expectFailedPart('database');
    await waitUntil(
      async () => (await scrape(url)).sum('hangar_bay_source_up', { source: 'database' }) === 0,
      {
        what: 'the database is told to be away',
      },
    );
    expect((await scrape(url)).sum('hangar_bay_dead_letters')).toBe(0);
    beforeDatabase.thaw();
    await becomesReady();
  });

  test('is not ready, and lives, while the database is away', async () => {
    await start();
    beforeDatabase.cut();
    await expectFailedPart('database');
    beforeDatabase.thaw();
    await becomesReady();
  });

  test('shows metrics to who has the token', async () => {
    await start({ METRICS_TOKEN: 'a-token-of-the-metrics' });
    const refused = await fetch(`${url}/metrics`);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const headers = { authorization: 'Bearer a-token-of-the-metrics' };
    expect((await fetch(`${url}/metrics`, { headers })).status).toBe(200);
  });

  test('says what there is, and how to ask', async () => {
    await start();
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
    expect((await fetch(`${url}/constructor`)).status).toBe(404);
    expect((await fetch(`${url}/health/live`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${url}/metrics`, { headers: { forwarded: 'for=127.0.0.1' } })).status).toBe(403);
  });

  test('does not start on a port that is in use', async () => {
    await start();
    const other = createWorkerApp(
      readWorkerConfig(envOf(database.url, queue.url, { PROBE_PORT: new URL(url).port })),
    );
    await expect(other.start()).rejects.toThrow(/PROBE_PORT/);
    await other.stop();
  });
});
