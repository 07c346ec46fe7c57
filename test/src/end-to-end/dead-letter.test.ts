import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createProducer, type Producer } from '@hangar-bay/queues';
import { testQueueUrls } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { startAggregation, type Aggregation } from './aggregation.js';

const DERELIK = 10000001;
const ITEMS = '/contracts/public/items/{contract_id}';

describe.each(testQueueUrls())('the dead letter, queues on $backend', ({ open }) => {
  let aggregation: Aggregation;
  let producer: Producer;
  let entry: Record<string, unknown>;

  const entries = () => aggregation.query('SELECT * FROM dead_letters');
  const jobOf = async (id: string) => {
    const queue = producer.queues.find(({ name }) => name === 'dead-letter');
    await waitUntil(async () => (await (await queue?.getJob(id))?.isFailed()) === true, {
      what: 'the entry stands among the failed jobs',
    });
    return queue?.getJob(id);
  };

  beforeAll(async () => {
    aggregation = await startAggregation(open, { regionIds: [DERELIK], contracts: 1_000 });
    producer = createProducer({ url: aggregation.env.QUEUE_URL, onError: () => undefined });
    await aggregation.sandbox('POST', 'faults', { route: ITEMS, kind: 'evict', count: 1 });
    await aggregation.worker.start();
    await waitUntil(async () => (await entries()).length === 1, { what: 'the entry is recorded' });
    [entry] = (await entries()) as [Record<string, unknown>];
  }, 60_000);

  afterAll(async () => {
    await producer.close();
    await aggregation.stop();
  });

  test('an entry is shown with its reason', async () => {
    const job = await jobOf(String(entry['id']));
    expect(job?.failedReason).toMatch(/^no_items: /);
  });

  test('what fails again when it is retried is the same entry', async () => {
    await aggregation.sandbox('POST', 'faults', {
      route: ITEMS,
      kind: 'evict',
      path_includes: String(entry['contract_id']),
    });
    await (await jobOf(String(entry['id'])))?.retry();
    await waitUntil(async () => (await entries())[0]?.['attempts'] === 2, {
      what: 'the second failure is counted',
    });
    expect(await entries()).toEqual([
      expect.objectContaining({ id: entry['id'], first_at: entry['first_at'], retried_at: null }),
    ]);
  });

  test('what succeeds when it is retried is shown, and the entry is settled', async () => {
    await aggregation.sandbox('DELETE', 'faults');
    await (await jobOf(String(entry['id'])))?.retry();
    await waitUntil(async () => (await entries()).length === 0, { what: 'the entry is settled' });
    await aggregation.settle();
    expect(await aggregation.differences()).toEqual([]);
  });
});
