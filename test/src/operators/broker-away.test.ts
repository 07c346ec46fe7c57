import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApi, twoOperators, type ApiUnderTest } from '../api/api-under-test.js';
import { readDocument, type DocumentedApi } from '../api/documented-answer.js';
import { bodyOf, signInAs, type OperatorClient } from '../api/operators.js';
import { migrateQueues } from '@hangar-bay/queues';
import { startFreezingProxy } from '../setup/freezing-proxy.js';
import { runSql } from '../setup/run-sql.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';

let api: ApiUnderTest;
let documented: DocumentedApi;
let ada: OperatorClient;

const ID = 'dlq-contract-7';

beforeAll(async () => {
  // Nobody listens on port 1.
  api = await startApi({ OPS_USERS: twoOperators(), QUEUE_URL: 'redis://127.0.0.1:1' });
  documented = await readDocument(api.url);
  ada = await signInAs(api.url, 'ada');
  await runSql(
    api.databaseUrl,
    `INSERT INTO regions (region_id, next_due_at) VALUES (10000002, now() + interval '15 min');
     INSERT INTO dead_letters (id, queue, reason, error, contract_id, payload, correlation_id)
     VALUES ('${ID}', 'contract', 'no_items', 'Odd', 7, '{}', 'run')`,
  );
});

afterAll(() => api.stop());

test('without a broker operators still read, and move switches', async () => {
  expect(bodyOf(await ada.get('/dead-letters').expect(200))).toMatchObject({ data: [{ id: ID }] });
  await ada.put('/flags/bids', { enabled: true, reason: 'test' }).expect(200);
});

test('without a broker a retry says so, and marks nothing', async () => {
  for (const [path, route, body] of [
    [`/dead-letters/${ID}/retry`, '/dead-letters/{id}/retry', {}],
    ['/dead-letters/retry', '/dead-letters/retry', { reason: 'no_items' }],
  ] as const) {
    const response = await ada.post(path, body).expect(503);
    documented.expectDocumented(`/api/v1/admin${route}`, response);
    expect(response.body).toMatchObject({ error_code: 'unavailable' });
    expect(bodyOf(response).detail).toMatch(/^The queues do not answer/);
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  }
  expect(await runSql(api.databaseUrl, 'SELECT retried_at FROM dead_letters')).toEqual([
    { retried_at: null },
  ]);
});

test('without a broker a refresh is noted for the first tick after it is back, and its key is free again', async () => {
  const refresh = () => ada.post('/refresh').set('Idempotency-Key', 'one');
  const response = await refresh().expect(503);
  documented.expectDocumented('/api/v1/admin/refresh', response);
  expect(await runSql(api.databaseUrl, 'SELECT next_due_at <= now() AS due FROM regions')).toEqual([
    { due: true },
  ]);
  const again = await refresh().expect(503);
  expect(again.headers).not.toHaveProperty('idempotency-replayed');
  const audit = await runSql(
    api.databaseUrl,
    `SELECT outcome, status FROM audit_log WHERE action = 'refresh'`,
  );
  expect(audit).toEqual([
    { outcome: 'failed', status: 503 },
    { outcome: 'failed', status: 503 },
  ]);
});

test('without a broker Bull Board fails instead of hanging', async () => {
  const response = await request(api.url).get('/admin/queues/api/queues').auth(ada.token, { type: 'bearer' });
  expect(response.status).toBeGreaterThanOrEqual(500);
});

test.each(testQueueUrls())(
  'a broker that comes back is used again (%j)',
  async ({ open }) => {
    const queue = await open();
    await migrateQueues(queue.url);
    const proxy = await startFreezingProxy(queue.url);
    const other = await startApi({ OPS_USERS: twoOperators(), QUEUE_URL: proxy.url });
    try {
      const operator = await signInAs(other.url, 'ada');
      await runSql(
        other.databaseUrl,
        `INSERT INTO dead_letters (id, queue, reason, error, contract_id, payload, correlation_id)
       VALUES ('${ID}', 'contract', 'no_items', 'Odd', 7, '{}', 'run')`,
      );
      const retry = () => operator.post(`/dead-letters/${ID}/retry`, {});
      for (const goAway of [() => proxy.cut(), () => proxy.freeze()]) {
        goAway();
        const refused = await retry().expect(503);
        expect(bodyOf(refused).detail).toMatch(/^The queues do not answer/);
        const health = await request(other.url).get('/health/ready').expect(200);
        expect(health.body).toMatchObject({ status: 'degraded', parts: { broker: { status: 'failed' } } });
        await request(other.url).get('/api/v1/contracts').expect(200);

        proxy.thaw();
        const isSeen = async () => {
          const { body } = (await request(other.url).get('/health/ready')) as { body: { status: string } };
          return body.status === 'ok';
        };
        await waitUntil(isSeen, { what: 'the broker is seen again', timeoutMs: 30_000 });
      }
      await retry().expect(202);
    } finally {
      await other.stop();
      await proxy.close();
      await queue.drop();
    }
  },
  90_000,
);
