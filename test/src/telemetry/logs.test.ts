import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { migrateQueues } from '@hangar-bay/queues';
import { envOf } from '../api/api-under-test.js';
import { startAggregation, type Aggregation } from '../end-to-end/aggregation.js';
import { startFreezingProxy } from '../setup/freezing-proxy.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { testQueueUrls, type QueueBackend } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { killAppProcesses, startAppProcess, type AppProcess, type Line } from './app-process.js';

const DOMAIN = 10000043;
/** Many attempts to connect, of five queues and their consumers. */
const AWAY_MS = 5_000;
const ITEMS = '/contracts/public/items/{contract_id}';
const backends = testQueueUrls();

afterEach(killAppProcesses);

function expectWellFormed(lines: readonly Line[], service: string): void {
  for (const line of lines) {
    expect(line).toMatchObject({
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      level: expect.stringMatching(/^(error|warn|info|debug)$/),
      message: expect.any(String),
      service,
      version: '0.1.0',
    });
  }
}

/** Most lines that one kind of message made. */
function mostOfAKind(lines: readonly Line[]): number {
  const counts = new Map<string, number>();
  for (const { message, level, error } of lines.filter((line) => line['level'] !== 'info')) {
    const { name = '', code = name } = (error ?? {}) as { name?: string; code?: string };
    const kind = `${String(level)} ${String(message)} ${code}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

describe('a worker logs', () => {
  let aggregation: Aggregation;

  beforeEach(async () => {
    const [{ open }] = backends as [QueueBackend];
    aggregation = await startAggregation(open, { regionIds: [DOMAIN], contracts: 1_000 });
  }, 30_000);

  afterEach(() => aggregation.stop());

  const start = (more: NodeJS.ProcessEnv = {}) =>
    startAppProcess('worker', { ...aggregation.env, LOG_LEVEL: 'info', ...more });

  test('a line for each job that ends, and one for each sweep, which lead from the tick to the contract', async () => {
    const worker = await start();
    await aggregation.settle();
    expect(await worker.stop()).toBe(0);
    expectWellFormed(worker.lines, 'worker');

    const [sweep, ...others] = worker.logged('sweep complete');
    expect(others).toEqual([]);
    const [row] = await aggregation.query(
      `SELECT count(*)::int AS count FROM contracts WHERE items_state = 'stored'`,
    );
    expect(sweep).toMatchObject({
      level: 'info',
      region_id: DOMAIN,
      outcome: 'complete',
      pages: 1,
      gone: 0,
      quarantined: 0,
      added: expect.any(Number),
      duration_ms: expect.any(Number),
      run_id: expect.any(String),
      job_id: expect.any(String),
    });

    const done = worker.logged('job done');
    const stored = done.filter((line) => line['outcome'] === 'stored');
    expect(stored).toHaveLength(Number(row?.['count']));
    for (const line of stored) {
      expect(line).toMatchObject({
        queue: 'contract',
        job_id: `contract-${String(line['contract_id'])}`,
        run_id: sweep?.['run_id'],
        items: expect.any(Number),
        duration_ms: expect.any(Number),
      });
    }
    const tick = done.find((line) => line['queue'] === 'tick' && line['run_id'] === sweep?.['run_id']);
    expect(tick).toMatchObject({ regions: 1 });
    expect(worker.logged('worker stopped')).toHaveLength(1);
  }, 120_000);

  test('when a job begins, for those who look for more', async () => {
    const worker = await start({ LOG_LEVEL: 'debug' });
    await waitUntil(() => worker.logged('job done').length > 0, { timeoutMs: 20_000 });
    await worker.stop();
    const [done] = worker.logged('job done');
    expect(worker.logged('job started')).toContainEqual(
      expect.objectContaining({ level: 'debug', job_id: done?.['job_id'], attempt: 1 }),
    );
  }, 60_000);

  test('little while every contract fails, and how much it left out', async () => {
    await aggregation.sandbox('POST', 'faults', { route: ITEMS, kind: 'evict', probability: 1 });
    const worker = await start();
    await aggregation.settle();
    const [row] = await aggregation.query('SELECT count(*)::int AS count FROM dead_letters');
    const failed = Number(row?.['count']);
    expect(failed).toBeGreaterThan(12);
    expect(await worker.stop()).toBe(0);

    expect(mostOfAKind(worker.lines)).toBeLessThanOrEqual(11);
    const lines = worker.logged('job failed');
    expect(lines.map((line) => Number(line['left_out'] ?? 1)).reduce((sum, each) => sum + each)).toBe(failed);
    expect(lines[0]).toMatchObject({
      level: 'error',
      queue: 'contract',
      contract_id: expect.any(Number),
      run_id: expect.any(String),
      attempts: 1,
      error: { name: 'PoisonedError', stack: expect.stringContaining('at ') },
    });
  }, 120_000);

  test('for people, where it is asked to', async () => {
    const { output, stop } = await startPretty(aggregation.env);
    expect(output()).toMatch(/^\d\d:\d\d:\d\d info {2}worker: worker started tick_seconds=1 probe_url=http/m);
    expect(output()).not.toContain('{"');
    await stop();
  }, 60_000);
});

/** The lines of a person are no JSON. */
async function startPretty(env: NodeJS.ProcessEnv): Promise<Pick<AppProcess, 'output' | 'stop'>> {
  const worker = await startAppProcess('worker', { ...env, LOG_LEVEL: 'info', LOG_FORMAT: 'pretty' });
  return worker;
}

test.each(backends)(
  'a worker says little while its broker is away for long: $backend',
  async ({ open }) => {
    const [database, queue] = await Promise.all([createTestDatabase(), open()]);
    await migrateQueues(queue.url);
    const broker = await startFreezingProxy(queue.url);
    const worker = await startAppProcess('worker', {
      NODE_ENV: 'test',
      DATABASE_URL: database.url,
      QUEUE_URL: broker.url,
      ESI_BASE_URL: 'http://127.0.0.1:1',
      REGION_IDS: String(DOMAIN),
      HOST: '127.0.0.1',
      PROBE_PORT: '0',
      TICK_SECONDS: '1',
    });
    const before = worker.lines.length;
    broker.cut();
    const failed = () => worker.logged('queue connection failed');
    await waitUntil(() => failed().length >= 5, { what: 'the log says so', timeoutMs: 20_000 });
    const until = performance.now() + AWAY_MS;
    await waitUntil(() => performance.now() > until, { what: 'it has been away for a while' });
    expect(mostOfAKind(worker.lines.slice(before))).toBeLessThanOrEqual(10);
    expect(failed()[0]).toMatchObject({ level: 'warn', error: { stack: expect.any(String) } });
    broker.thaw();
    await waitUntil(async () => (await fetch(`${worker.url}/health/ready`)).status === 200, {
      what: 'the worker is ready again',
      timeoutMs: 20_000,
    });
    expect(await worker.stop()).toBe(0);
    expect(mostOfAKind(worker.lines)).toBeLessThanOrEqual(11);
    await broker.close();
    await Promise.all([database.drop(), queue.drop()]);
  },
  90_000,
);

describe('an API logs', () => {
  let database: TestDatabase;
  let api: AppProcess;

  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startAppProcess('api', {
      ...envOf(database.url),
      TRUST_PROXY: 'loopback',
      LOG_LEVEL: 'info',
    });
  }, 60_000);

  afterAll(async () => {
    await database.drop();
  });

  test('one line per request, with its route and without what nobody may know', async () => {
    const headers = {
      'x-request-id': 'request-1',
      'x-forwarded-for': '203.0.113.77',
      authorization: 'Bearer hunter2hunter2',
      cookie: 'session=hunter2',
    };
    const query = 'region_id=10000002&sort=-price&access_token=hunter2&code=hunter2';
    const { status } = await fetch(`${api.url}/api/v1/contracts?${query}`, { headers });
    const detail = await fetch(`${api.url}/api/v1/contracts/7?token=hunter2`, { headers });
    const body = await (await fetch(`${api.url}/openapi.json`, { headers })).text();
    await fetch(`${api.url}/reset/hunter`, { headers });
    await fetch(`${api.url}/health/ready`, { headers });
    await fetch(`${api.url}/metrics`);
    await waitUntil(() => api.logged('request').length >= 4, { what: 'the requests are logged' });
    await api.stop();

    expectWellFormed(api.lines, 'api');
    expect([status, detail.status]).toEqual([400, 400]);
    const line = {
      level: 'info',
      method: 'GET',
      duration_ms: expect.any(Number),
      bytes: expect.any(Number),
      request_id: 'request-1',
      client_network: '203.0.113.0/24',
    };
    // What watches it is not worth a line each time, unless it fails: metrics are for those with a token.
    const [list, contract, document, unknown, ...others] = api.logged('request');
    expect(others.filter((other) => other['route'] !== '/metrics')).toEqual([]);
    expect(list).toMatchObject({
      ...line,
      route: '/api/v1/contracts',
      path: '/api/v1/contracts',
      query: 'region_id=10000002&sort=-price',
      status: 400,
    });
    expect(contract).toMatchObject({
      ...line,
      route: '/api/v1/contracts/{contract_id}',
      path: '/api/v1/contracts/7',
    });
    expect(contract).not.toHaveProperty('query');
    expect(document).toMatchObject({ ...line, route: '/openapi.json', status: 200 });
    expect(Number(document?.['bytes'])).toBeGreaterThan(1_000);
    expect(body.length).toBeGreaterThan(1_000);
    expect(unknown).toMatchObject({ ...line, route: 'unmatched', status: 404 });
    expect(api.output()).not.toMatch(/hunter2|203\.0\.113\.77/);
  }, 60_000);
});
