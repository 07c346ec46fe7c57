import { once } from 'node:events';
import { migrateQueues, type Handler } from '@hangar-bay/queues';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { defer } from '../setup/defer.js';
import { forkSource } from '../setup/fork-source.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { RUN, openQueues, type QueuesUnderTest } from './queues-under-test.js';

describe.each(testQueueUrls())('the queues on $backend', ({ open }) => {
  let queues: QueuesUnderTest;

  beforeEach(async () => {
    queues = await openQueues(open);
  });

  afterEach(() => queues.close());

  describe('a stop', () => {
    test('waits for a job that is nearly done', async () => {
      const held = defer();
      const handler = jest.fn<Handler<'contract'>>(() => held.promise);
      const consumer = queues.consume('contract', handler);
      await queues.producer.addContracts([{ contract_id: 7, ...RUN }]);
      await waitUntil(() => handler.mock.calls.length === 1, { what: 'the job runs' });
      const stopped = consumer.stop(10_000);
      setImmediate(() => held.resolve({}));
      await stopped;
      expect(queues.completed).toHaveLength(1);
    });

    test('cuts a long job short, and the next process does it with all of its attempts', async () => {
      const cut = jest.fn<Handler<'contract'>>((_payload, { signal }) => untilAborted(signal));
      const consumer = queues.consume('contract', cut);
      await queues.producer.addContracts([{ contract_id: 7, ...RUN }]);
      await waitUntil(() => cut.mock.calls.length === 1, { what: 'the job runs' });
      await consumer.stop(0);
      expect(queues.failures).toEqual([]);
      expect(await queues.named('contract').getJobCounts('waiting', 'active', 'failed')).toEqual({
        waiting: 1,
        active: 0,
        failed: 0,
      });
      expect(await queues.named('contract').getJob('contract-7')).toMatchObject({ attemptsMade: 0 });

      const attempts: number[] = [];
      queues.consume('contract', (_payload, { attempt }) => {
        attempts.push(attempt);
        return Promise.resolve({});
      });
      await waitUntil(() => queues.completed.length === 1, { what: 'the next consumer has done the job' });
      expect(attempts).toEqual([1]);
    });

    test('gives every running job back, and takes none of those that wait', async () => {
      const cut = jest.fn<Handler<'contract'>>((_payload, { signal }) => untilAborted(signal));
      const consumer = queues.consume('contract', cut, 3);
      await queues.producer.addContracts([1, 2, 3, 4, 5].map((contract_id) => ({ contract_id, ...RUN })));
      await waitUntil(() => cut.mock.calls.length === 3, { what: 'three jobs run' });
      await consumer.stop(0);
      expect(cut).toHaveBeenCalledTimes(3);
      expect(await queues.named('contract').getJobCounts('waiting', 'active')).toEqual({
        waiting: 5,
        active: 0,
      });
    });
  });

  describe('the tick', () => {
    test('has one schedule, however many processes ask for it, and its next run does not move', async () => {
      await queues.producer.startSchedules(3_600);
      const [before] = await queues.named('tick').getJobSchedulers();
      await queues.producer.startSchedules(3_600);
      expect(await queues.named('tick').getJobSchedulers()).toEqual([before]);
      expect(before).toMatchObject({ key: 'tick', every: 3_600_000 });
    });

    test('follows a change of its interval', async () => {
      await queues.producer.startSchedules(3_600);
      await queues.producer.startSchedules(30);
      expect(await queues.named('tick').getJobSchedulers()).toMatchObject([{ key: 'tick', every: 30_000 }]);
    });

    test('comes at once, and is one job at a time over all processes', async () => {
      let running = 0;
      const seen: number[] = [];
      const handler: Handler<'tick'> = async () => {
        running += 1;
        await queues.producer.ping();
        seen.push(running);
        await queues.producer.ping();
        running -= 1;
        return {};
      };
      await queues.producer.startSchedules(3_600);
      await queues.named('tick').addBulk(Array.from({ length: 9 }, () => ({ name: 'tick', data: {} })));
      queues.consume('tick', handler, 2);
      queues.consume('tick', handler, 2);
      await waitUntil(() => queues.completed.length === 10, { what: 'all ticks are done' });
      expect(seen).toEqual(Array.from({ length: 10 }, () => 1));
    });
  });

  test('the broker is asked whether it answers', async () => {
    await expect(queues.producer.ping()).resolves.toBeUndefined();
  });

  test('the store can be prepared again', async () => {
    await queues.producer.addContracts([{ contract_id: 7, ...RUN }]);
    await migrateQueues(queues.url);
    expect(await queues.named('contract').getJobCounts('waiting')).toEqual({ waiting: 1 });
  });

  test('a process that has closed everything ends by itself', async () => {
    const child = forkSource(new URL('./process-under-test.ts', import.meta.url), [queues.url]);
    const told: unknown[] = [];
    child.on('message', (word) => told.push(word));
    const killer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    clearTimeout(killer);
    expect({ told, code, signal }).toEqual({ told: ['closed'], code: 0, signal: null });
  });
});

/** A job that ends with the stop only, as a request does. */
function untilAborted(signal: AbortSignal | undefined): Promise<object> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error));
  });
}
