import {
  createConsumer,
  createProducer,
  migrateQueues,
  type Consumer,
  type Handler,
  type Producer,
} from '@hangar-bay/queues';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { defer } from '../setup/defer.js';
import { startFreezingProxy, type FreezingProxy } from '../setup/freezing-proxy.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';

const CONTRACT = { contract_id: 1, region_id: 10_000_002, run_id: 'run-1' };
const LOCK_MS = 500;
const GRACE_MS = 20_000;

describe.each(testQueueUrls())('a consumer whose broker on $backend is away', ({ open }) => {
  let drop: () => Promise<void>;
  let beforeBroker: FreezingProxy;
  let producer: Producer;
  let consumers: Consumer[];
  let completed: number;
  let errors: number;

  beforeEach(async () => {
    const queue = await open();
    drop = queue.drop;
    await migrateQueues(queue.url);
    beforeBroker = await startFreezingProxy(queue.url);
    producer = createProducer({ url: beforeBroker.url, onError: () => (errors += 1) });
    consumers = [];
    completed = 0;
    errors = 0;
  });

  afterEach(async () => {
    beforeBroker.thaw();
    await Promise.all(consumers.map((consumer) => consumer.stop(0)));
    await producer.close();
    await beforeBroker.close();
    await drop();
  });

  function create(handler: Handler<'contract'>): Consumer {
    const consumer = createConsumer('contract', handler, {
      broker: producer.broker,
      concurrency: 2,
      lockMs: LOCK_MS,
      onError: () => (errors += 1),
      onCompleted: () => (completed += 1),
      onFailed: () => undefined,
    });
    consumers.push(consumer);
    return consumer;
  }

  async function consume(handler: Handler<'contract'>): Promise<Consumer> {
    const consumer = create(handler);
    await consumer.start();
    return consumer;
  }

  async function goesAway(): Promise<void> {
    beforeBroker.cut();
    await waitUntil(() => errors > 0, { what: 'the broker is missed' });
  }

  test('stops when its job is done, and the next consumer does the job again', async () => {
    const taken = defer<undefined>();
    const job = defer();
    const consumer = await consume(() => {
      taken.resolve(undefined);
      return job.promise;
    });
    await producer.addContracts([CONTRACT]);
    await taken.promise;

    await goesAway();
    let hasStopped = false;
    const stopped = consumer.stop(GRACE_MS).then(() => (hasStopped = true));
    await expect(producer.ping()).rejects.toThrow();
    expect(hasStopped).toBe(false);
    job.resolve({});
    await stopped;
    expect(completed).toBe(0);

    beforeBroker.thaw();
    await consume(() => Promise.resolve({}));
    await waitUntil(() => completed === 1, { what: 'the next consumer has done the job' });
  });

  test('stops after the grace period in the middle of a job', async () => {
    const taken = defer<undefined>();
    const cutShort = defer<unknown>();
    const consumer = await consume((_contract, { signal }) => {
      taken.resolve(undefined);
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          cutShort.resolve(signal.reason);
          reject(new Error('cut short'));
        });
      });
    });
    await producer.addContracts([CONTRACT]);
    await taken.promise;

    await goesAway();
    await consumer.stop(100);
    await expect(cutShort.promise).resolves.toBe('the process is stopping');
  });

  test('lets a producer that was made meanwhile work when it is back', async () => {
    beforeBroker.cut();
    const other = createProducer({ url: beforeBroker.url, onError: () => (errors += 1) });
    await expect(other.ping()).rejects.toThrow();
    await expect(other.ping()).rejects.toThrow();
    beforeBroker.thaw();
    await waitUntil(
      () =>
        other.addContracts([CONTRACT]).then(
          () => true,
          () => false,
        ),
      { what: 'a job is added' },
    );
    await other.close();
  });

  test('is no reason for a producer not to close', async () => {
    const other = createProducer({ url: beforeBroker.url, onError: () => (errors += 1) });
    await other.ping();
    await goesAway();
    await other.close();
  });

  test('from the beginning does not start, and stops', async () => {
    beforeBroker.cut();
    const consumer = create(() => Promise.resolve({}));
    await expect(consumer.start()).rejects.toThrow();
    await consumer.stop(100);
  });
});
