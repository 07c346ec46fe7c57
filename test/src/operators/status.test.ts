import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectDatabase, createEsiLimits } from '@hangar-bay/database';
import { createEsiClient } from '@hangar-bay/esi-client';
import { createProducer, migrateQueues } from '@hangar-bay/queues';
import { startApi, twoOperators, type ApiUnderTest } from '../api/api-under-test.js';
import { readDocument, type DocumentedApi } from '../api/documented-answer.js';
import { signInAs, type OperatorClient } from '../api/operators.js';
import { startFreezingProxy, type FreezingProxy } from '../setup/freezing-proxy.js';
import { runSql } from '../setup/run-sql.js';
import { createEmptyDatabase, type TestDatabase } from '../setup/test-database.js';
import { testQueueUrls } from '../setup/test-queues.js';

let queues: TestDatabase;
let proxy: FreezingProxy;
let api: ApiUnderTest;
let documented: DocumentedApi;
let vic: OperatorClient;

beforeAll(async () => {
  queues = await createEmptyDatabase();
  await migrateQueues(queues.url);
  proxy = await startFreezingProxy(queues.url);
  api = await startApi({ OPS_USERS: twoOperators(), QUEUE_URL: proxy.url });
  documented = await readDocument(api.url);
  vic = await signInAs(api.url, 'vic');
});

afterAll(async () => {
  proxy.thaw();
  await api.stop();
  await proxy.close();
  await queues.drop();
});

async function readStatus(operator = vic): Promise<Record<string, unknown>> {
  const response = await operator.get('/status').expect(200);
  documented.expectDocumented('/api/v1/admin/status', response);
  return response.body as Record<string, unknown>;
}

test.each(testQueueUrls())(
  'tells of jobs on $backend, and of queues that somebody has paused',
  async ({ open }) => {
    const queue = await open();
    await migrateQueues(queue.url);
    const producer = createProducer({ url: queue.url, onError: () => undefined });
    await producer.addContracts([1, 2, 3].map((contract_id) => ({ contract_id, run_id: 'run' })));
    await producer.addRegionSweeps([{ region_id: 10000002, run_id: 'run', delay_ms: 60_000 }]);
    await producer.queues.find(({ name }) => name === 'contract')?.pause();
    await producer.close();
    const other = await startApi({ OPS_USERS: twoOperators(), QUEUE_URL: queue.url });
    const { queues: counts } = await readStatus(await signInAs(other.url, 'vic'));
    await other.stop();
    await queue.drop();
    const nothing = { running: 0, delayed: 0, failed: 0 };
    expect(counts).toContainEqual({ ...nothing, queue: 'contract', waiting: 3, paused: true });
    expect(counts).toContainEqual({
      ...nothing,
      queue: 'region-sweep',
      waiting: 0,
      delayed: 1,
      paused: false,
    });
  },
);

test('tells of dead letters', async () => {
  await runSql(
    api.databaseUrl,
    `INSERT INTO dead_letters (id, queue, reason, error, payload, correlation_id, first_at, retried_at) VALUES
       ('dlq-contract-1', 'contract', 'no_items', 'Odd', '{}', 'run', '2026-08-18T11:00:00Z', NULL),
       ('dlq-contract-2', 'contract', 'no_items', 'Odd', '{}', 'run', '2026-08-17T11:00:00Z', now())`,
  );
  const { dead_letters: deadLetters } = await readStatus();
  expect(deadLetters).toEqual({ waiting: 1, retrying: 1, oldest_at: '2026-08-18T11:00:00.000Z' });
});

test('tells what workers wrote of the errors of ESI', async () => {
  const esi = createServer((_request, response) => response.writeHead(404).end('{}')).listen(0, '127.0.0.1');
  await once(esi, 'listening');
  const host = `127.0.0.1:${(esi.address() as AddressInfo).port}`;
  const db = connectDatabase({
    url: api.databaseUrl,
    poolSize: 2,
    statementTimeoutMs: 5_000,
    applicationName: 'test',
  });
  const client = createEsiClient(
    {
      baseUrl: `http://${host}`,
      userAgent: 'hangar-bay-test (https://example.org/contact)',
      compatibilityDate: '2026-08-04',
      maxRequestsPerSecond: 1_000,
      maxWaitSeconds: 10,
      timeoutMs: 5_000,
    },
    createEsiLimits(db, host),
  );
  // Each tells what the ones before it met.
  for (let contractId = 1; contractId <= 30; contractId += 1) {
    await client.getContractItems(contractId).catch(() => undefined);
  }
  await client.close();
  await db.$disconnect();
  esi.close();
  const { esi: budgets } = await readStatus();
  const [budget] = budgets as { errors_used: number; errors_left: number }[];
  expect(budget).toMatchObject({
    host,
    workers: 1,
    paused_until: null,
    down: false,
    routes_down: [],
    rate_limited: [],
  });
  expect(budget?.errors_used).toBeGreaterThan(0);
  expect(budget?.errors_left).toBe(100 - (budget?.errors_used ?? 0));
});

test('bears limits of any version', async () => {
  await runSql(
    api.databaseUrl,
    `INSERT INTO esi_limits (host, version, state) VALUES ('esi.example', gen_random_uuid(), '{"errors": 7, "scopes": null}'),
       ('other.example', gen_random_uuid(), '{}')`,
  );
  const { esi } = await readStatus();
  expect(esi).toContainEqual(
    expect.objectContaining({ host: 'esi.example', last_active_at: null, errors_left: 100 }),
  );
});

test('tells within a second what is known while the broker hangs', async () => {
  proxy.freeze();
  const startedAt = performance.now();
  const status = await readStatus();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
  expect(status).toMatchObject({ queues: null, dead_letters: { waiting: 1 } });
  proxy.thaw();
});
