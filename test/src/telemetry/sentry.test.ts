import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { UNCAUGHT_ON_SIGNAL } from '../setup/uncaught-on-signal.js';
import { envOf } from '../api/api-under-test.js';
import { startAggregation, type Aggregation } from '../end-to-end/aggregation.js';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { testQueueUrls, type QueueBackend } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { killAppProcesses, startAppProcess } from './app-process.js';
import { startRecordingServer, type RecordingServer } from './recording-server.js';

const DOMAIN = 10000043;
const [{ open }] = testQueueUrls() as [QueueBackend];

interface SentryEvent {
  readonly level: string;
  readonly release: string;
  readonly environment: string;
  readonly logentry: { readonly message: string };
  readonly tags: Readonly<Record<string, string>>;
  readonly exception: {
    readonly values: readonly {
      readonly type: string;
      readonly value: string;
      readonly stacktrace?: { readonly frames: readonly { readonly filename: string }[] };
    }[];
  };
}

let sentry: RecordingServer;

beforeEach(async () => {
  sentry = await startRecordingServer();
});

afterEach(async () => {
  killAppProcesses();
  await sentry.close();
});

const reported = () => ({ SENTRY_DSN: sentry.url.replace('://', '://publickey@').concat('/7') });

/** An envelope is a line for itself, and two for each thing in it. */
function events(): SentryEvent[] {
  return sentry.received
    .filter(({ path }) => path.startsWith('/api/7/envelope/'))
    .map(({ body }) => JSON.parse(body.split('\n')[2] ?? '') as SentryEvent);
}

describe('of an API, Sentry is told', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  const start = (execArgv: readonly string[] = []) =>
    startAppProcess('api', { ...envOf(database.url), ...reported(), LOG_LEVEL: 'info' }, execArgv);

  test('each internal error, with its release and request, without secrets, and nothing else', async () => {
    await runSql(database.url, 'ALTER TABLE regions RENAME TO elsewhere');
    const api = await start();
    const headers = {
      'x-request-id': 'request-7',
      authorization: 'Bearer hunter2hunter2',
      cookie: 'session=hunter2',
    };
    expect((await fetch(`${api.url}/nothing`, { headers })).status).toBe(404);
    expect((await fetch(`${api.url}/api/v1/regions?access_token=hunter2`, { headers })).status).toBe(400);
    expect((await fetch(`${api.url}/api/v1/regions`, { headers })).status).toBe(500);
    await waitUntil(() => events().length > 0, { what: 'the event has come' });
    expect(await api.stop()).toBe(0);
    await runSql(database.url, 'ALTER TABLE elsewhere RENAME TO regions');

    expect(events()).toHaveLength(1);
    expect(events()[0]).toMatchObject({
      level: 'error',
      release: '0.1.0',
      environment: 'test',
      logentry: { message: 'request failed' },
      tags: { service: 'api', request_id: 'request-7' },
    });
    const exceptions = events()[0]?.exception.values ?? [];
    expect(exceptions.at(-1)?.value).toContain('regions');
    expect(exceptions.at(-1)?.stacktrace?.frames.map(({ filename }) => filename)).not.toEqual([]);
    expect(JSON.stringify(sentry.received)).not.toContain('hunter2');
  }, 60_000);

  test('what nobody caught, before the process ends', async () => {
    const api = await start(['--import', UNCAUGHT_ON_SIGNAL]);
    api.child.kill('SIGUSR1');
    await waitUntil(() => api.child.exitCode !== null, { what: 'the API has ended', timeoutMs: 20_000 });
    expect(api.child.exitCode).toBe(1);
    expect(api.logged('uncaught error')).toEqual([
      expect.objectContaining({
        level: 'error',
        error: expect.objectContaining({ message: 'nobody caught this', stack: expect.any(String) }),
      }),
    ]);
    expect(events().map(({ exception }) => exception.values[0]?.value)).toEqual(['nobody caught this']);
  }, 60_000);

  test('no more of what repeats itself than stands in the log', async () => {
    await runSql(database.url, 'ALTER TABLE regions RENAME TO elsewhere');
    const api = await start();
    await Promise.all(Array.from({ length: 40 }, () => fetch(`${api.url}/api/v1/regions`)));
    await api.stop();
    await runSql(database.url, 'ALTER TABLE elsewhere RENAME TO regions');
    const lines = api.logged('request failed');
    expect(lines.length).toBeLessThan(40);
    expect(lines.map((line) => Number(line['left_out'] ?? 1)).reduce((sum, each) => sum + each)).toBe(40);
    expect(events()).toHaveLength(lines.length);
  }, 60_000);
});

test('an API whose Sentry is away answers and stops as ever', async () => {
  const database = await createTestDatabase();
  await runSql(database.url, 'ALTER TABLE regions RENAME TO elsewhere');
  const env = { ...envOf(database.url), SENTRY_DSN: 'http://publickey@127.0.0.1:1/7', LOG_LEVEL: 'info' };
  const api = await startAppProcess('api', env);
  expect((await fetch(`${api.url}/api/v1/regions`)).status).toBe(500);
  expect(await api.stop()).toBe(0);
  await database.drop();
}, 60_000);

describe('of a worker, Sentry is told', () => {
  let aggregation: Aggregation;

  beforeEach(async () => {
    aggregation = await startAggregation(open, { regionIds: [DOMAIN], contracts: 500 });
  }, 30_000);

  afterEach(() => aggregation.stop());

  test('of a job that failed for good, and not of one that is tried again', async () => {
    const route = '/contracts/public/items/{contract_id}';
    await aggregation.query('ALTER TABLE contract_items RENAME TO elsewhere');
    const worker = await startAppProcess('worker', { ...aggregation.env, ...reported(), LOG_LEVEL: 'info' });
    await waitUntil(() => worker.logged('job failed, and will be tried again').length > 0, {
      what: 'a job has failed, and is tried again',
      timeoutMs: 30_000,
    });
    const ofContracts = () => events().filter(({ tags }) => tags['queue'] === 'contract');
    expect(ofContracts()).toEqual([]);
    await aggregation.sandbox('POST', 'faults', { route, kind: 'evict', count: 1 });
    await aggregation.query('ALTER TABLE elsewhere RENAME TO contract_items');
    await waitUntil(() => ofContracts().length > 0, { what: 'a job has failed for good', timeoutMs: 60_000 });
    expect(await worker.stop()).toBe(0);
    const [failed] = worker.logged('job failed').filter((line) => line['queue'] === 'contract');
    expect(failed).toMatchObject({ level: 'error', duration_ms: expect.any(Number) });
    expect(ofContracts()).toHaveLength(1);
    expect(ofContracts()[0]).toMatchObject({
      logentry: { message: 'job failed' },
      tags: {
        service: 'worker',
        queue: 'contract',
        job_id: failed?.['job_id'],
        run_id: failed?.['run_id'],
        contract_id: failed?.['contract_id'],
      },
    });
  }, 120_000);
});
