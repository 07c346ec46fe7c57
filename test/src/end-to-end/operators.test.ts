import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import { createProducer, type Producer } from '@hangar-bay/queues';
import request, { type Response } from 'supertest';
import { envOf, twoOperators } from '../api/api-under-test.js';
import { signInAs, type OperatorClient } from '../api/operators.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { startAggregation, type Aggregation } from './aggregation.js';

const DERELIK = 10000001;
const ITEMS = '/contracts/public/items/{contract_id}';

/** In the order of an evening: everything off, on again piece by piece, then the failures. */
describe.each(testQueueUrls())('operators of a running system, queues on $backend', ({ open }) => {
  let aggregation: Aggregation;
  let producer: Producer;
  let api: ApiApp;
  let url: string;
  let ada: OperatorClient;

  const queue = (name: string) =>
    producer.queues.find((each) => each.name === name) as Producer['queues'][number];
  const count = async (table: string, condition = 'true') =>
    Number((await aggregation.query(`SELECT count(*) AS n FROM ${table} WHERE ${condition}`))[0]?.['n']);
  const turn = (name: string, enabled: boolean) =>
    ada.put(`/flags/${name}`, { enabled, reason: 'a drill' }).expect(200);
  const ids = async () =>
    (await aggregation.query('SELECT id FROM dead_letters ORDER BY id')).map(({ id }) => String(id));
  const asked = async (route: string) =>
    (await aggregation.requests()).filter(({ path }) => path.includes(route)).length;

  async function reconcile(): Promise<void> {
    const before = Date.now();
    await producer.addMaintenance('dead-letters', 'drill');
    await waitUntil(
      async () =>
        (await queue('maintenance').getCompleted(0, 50)).some(
          ({ name, finishedOn = 0, processedOn = 0 }) =>
            name === 'dead-letters' && processedOn >= before && finishedOn > 0,
        ),
      { what: 'the reconciliation is done', timeoutMs: 30_000 },
    );
  }

  const shown = (id: string) =>
    waitUntil(async () => (await (await queue('dead-letter').getJob(id))?.isFailed()) === true, {
      what: `${id} stands among the failed jobs`,
    });

  beforeAll(async () => {
    aggregation = await startAggregation(open, { regionIds: [DERELIK], contracts: 6_000 });
    producer = createProducer({ url: aggregation.env.QUEUE_URL, onError: () => undefined });
    const { QUEUE_URL } = aggregation.env;
    const env = envOf(aggregation.databaseUrl, { QUEUE_URL, OPS_USERS: twoOperators() });
    api = createApiApp(readApiConfig(env));
    ({ url } = await api.start());
    ada = await signInAs(url, 'ada');
  }, 60_000);

  afterAll(async () => {
    await producer.close();
    await api.stop();
    await aggregation.stop();
  });

  test('with the aggregation switched off nothing is asked of ESI', async () => {
    await turn('aggregation', false);
    await aggregation.worker.start();
    await waitUntil(async () => (await queue('tick').getCompletedCount()) >= 2, {
      what: 'two ticks are over',
    });
    expect(await aggregation.requests()).toEqual([]);
  });

  test('with items switched off lists are swept and contracts wait', async () => {
    await turn('items', false);
    await turn('aggregation', true);
    await waitUntil(() => count('sweeps', `outcome = 'complete'`).then((sweeps) => sweeps === 1), {
      what: 'the region is swept',
      timeoutMs: 30_000,
    });
    await waitUntil(async () => (await queue('contract').getRateLimitTtl()) > 0, {
      what: 'the queue of contracts rests',
    });
    expect(await count('contracts', `items_state = 'pending'`)).toBeGreaterThan(0);
    expect(await asked('/contracts/public/items/')).toBe(0);
    expect(await queue('contract').getFailedCount()).toBe(0);
  });

  test('what is switched on again goes on by itself', async () => {
    await aggregation.sandbox('POST', 'faults', { route: ITEMS, kind: 'evict', count: 4 });
    await turn('items', true);
    await waitUntil(() => count('contracts', `items_state = 'pending'`).then((pending) => pending === 0), {
      what: 'no contract waits',
      timeoutMs: 60_000,
    });
    await waitUntil(async () => (await ids()).length === 4, { what: 'four entries are recorded' });
  }, 90_000);

  test('an entry is tried again, and settled', async () => {
    const [id = ''] = await ids();
    await shown(id);
    await ada.post(`/dead-letters/${id}/retry`).expect(202, { id, outcome: 'retrying' });
    await waitUntil(async () => !(await ids()).includes(id), { what: 'the entry is settled' });
    expect(await queue('dead-letter').getJob(id)).toBeUndefined();
  });

  test('what fails again is the same entry, and is shown again', async () => {
    const [id = ''] = await ids();
    await shown(id);
    await aggregation.sandbox('POST', 'faults', { route: ITEMS, kind: 'evict', count: 1 });
    await ada.post(`/dead-letters/${id}/retry`).expect(202);
    await waitUntil(
      () => count('dead_letters', `id = '${id}' AND attempts = 2 AND retried_at IS NULL`).then(Boolean),
      {
        what: 'the second failure is counted',
      },
    );
    await shown(id);
  });

  test('a discarded entry does not come back', async () => {
    const [id = ''] = await ids();
    await ada.delete(`/dead-letters/${id}`).expect(204);
    await reconcile();
    expect(await ids()).not.toContain(id);
    expect(await queue('dead-letter').getJob(id)).toBeUndefined();
  });

  test('removing an entry in Bull Board discards it, one or all', async () => {
    const [id = '', ...others] = await ids();
    expect(others).toHaveLength(1);
    await Promise.all([id, ...others].map(shown));
    const board = (path: string) =>
      request(url).put(`/admin/queues/api/queues/dead-letter/${path}`).auth(ada.token, { type: 'bearer' });
    await board(`${id}/clean`).expect(204);
    expect(await ids()).toEqual(others);

    // Bull Board cleans what has been there for five seconds.
    await waitUntil(
      async () => {
        await board('clean/failed').expect(200);
        return (await ids()).length === 0;
      },
      { what: 'the others are discarded' },
    );
    await reconcile();
    expect(await ids()).toEqual([]);
  });

  test("a refresh sweeps a region that waits after failures, but not before ESI's cache has ended", async () => {
    const outcome = ({ body }: Response) => (body as { data: [{ outcome: string }] }).data[0].outcome;
    const sweeps = await count('sweeps');
    const lists = await asked(`/contracts/public/${DERELIK}`);
    expect(outcome(await ada.post('/refresh', { region_ids: [DERELIK] }).expect(202))).toBe('cached');

    await aggregation.query(`UPDATE regions SET next_due_at = now() + interval '15 min'`);
    await waitUntil(async () => (await queue('region-sweep').getActiveCount()) === 0, {
      what: 'no sweep runs',
    });
    expect(await count('sweeps')).toBe(sweeps);
    expect(await asked(`/contracts/public/${DERELIK}`)).toBe(lists);

    await aggregation.query(`UPDATE region_pages SET fresh_until = now()`);
    expect(outcome(await ada.post('/refresh').expect(202))).toBe('queued');
    await waitUntil(() => count('sweeps').then((now) => now === sweeps + 1), { what: 'the region is swept' });
  });
});
