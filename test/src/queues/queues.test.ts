import { once } from 'node:events';
import {
  GiveUpError,
  PauseQueueError,
  createConsumer,
  createProducer,
  migrateQueues,
  type Consumer,
  type FinishedJob,
  type Handler,
  type Producer,
  type QueueName,
} from '@hangar-bay/queues';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { defer } from '../setup/defer.js';
import { forkSource } from '../setup/fork-source.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';

interface Failure {
  readonly job: FinishedJob<QueueName>;
  readonly error: Error;
  readonly final: boolean;
}

const RUN = { run_id: 'run-1' };
const FORGE = { region_id: 10_000_002, ...RUN };
const DOMAIN = { region_id: 10_000_043, ...RUN };

describe.each(testQueueUrls())('the queues on $backend', ({ open }) => {
  let url: string;
  let drop: () => Promise<void>;
  let producer: Producer;
  let consumers: Consumer[];
  let completed: FinishedJob<QueueName>[];
  let results: object[];
  let failures: Failure[];
  let errors: Error[];

  beforeEach(async () => {
    ({ url, drop } = await open());
    await migrateQueues(url);
    consumers = [];
    completed = [];
    results = [];
    failures = [];
    const seen: Error[] = [];
    errors = seen;
    producer = createProducer({ url, onError: (error) => seen.push(error) });
  });

  afterEach(async () => {
    await Promise.all(consumers.map((consumer) => consumer.stop(0)));
    await producer.close();
    const seen = [...errors];
    // Ends the connections that PostgreSQL has not yet noticed to be closed, which is no error of the queues.
    await drop();
    expect(seen).toEqual([]);
  });

  function consume<Name extends QueueName>(name: Name, handler: Handler<Name>, concurrency = 1): Consumer {
    const seen = errors;
    const consumer = createConsumer(name, handler, {
      broker: producer.broker,
      concurrency,
      onError: (error) => seen.push(error),
      onCompleted: (job, result) => {
        completed.push(job);
        results.push(result);
      },
      onFailed: (job, error, final) => failures.push({ job, error, final }),
    });
    consumers.push(consumer);
    void consumer.start();
    return consumer;
  }

  function queue(name: QueueName): Producer['queues'][number] {
    return producer.queues.find((each) => each.name === name) as Producer['queues'][number];
  }

  describe('a job that is asked for again', () => {
    test('is one sweep per region until it is finished, due now or later', async () => {
      await producer.addRegionSweeps([
        { ...FORGE, delay_ms: 0 },
        { ...DOMAIN, delay_ms: 60_000 },
      ]);
      await producer.addRegionSweeps([
        { ...FORGE, run_id: 'run-2', delay_ms: 60_000 },
        { ...DOMAIN, run_id: 'run-2', delay_ms: 0 },
      ]);
      expect(await queue('region-sweep').getJobCounts('waiting', 'delayed')).toEqual({
        waiting: 1,
        delayed: 1,
      });
    });

    test('is not swallowed while its region is swept, nor done beside it, but can be added once that is finished', async () => {
      const held = defer();
      const handler = jest.fn<Handler<'region-sweep'>>(() => held.promise);
      consume('region-sweep', handler, 4);
      await producer.addRegionSweeps([{ ...FORGE, delay_ms: 0 }]);
      await waitUntil(() => handler.mock.calls.length === 1, { what: 'the sweep runs' });
      await producer.addRegionSweeps([{ ...FORGE, delay_ms: 0 }]);
      expect(await queue('region-sweep').getJobCounts('waiting', 'active')).toEqual({
        waiting: 0,
        active: 1,
      });

      held.resolve({});
      await waitUntil(() => completed.length === 1, { what: 'the sweep is finished' });
      await producer.addRegionSweeps([{ ...FORGE, delay_ms: 0 }]);
      await waitUntil(() => completed.length === 2, { what: 'the next sweep is finished' });
    });

    test('is one job per contract, over any number of contracts', async () => {
      const contracts = Array.from({ length: 2_500 }, (_, index) => ({ contract_id: index + 1, ...RUN }));
      await producer.addContracts(contracts);
      await producer.addContracts(contracts.map((each) => ({ ...each, run_id: 'run-2' })));
      expect(await queue('contract').getJobCounts('waiting')).toEqual({ waiting: 2_500 });
      expect(await queue('contract').getJob('contract-2500')).toMatchObject({
        data: { contract_id: 2_500, ...RUN },
      });
    });

    test('is one maintenance job per task, and one entry per dead letter', async () => {
      await producer.addMaintenance('names', 'run-1');
      await producer.addMaintenance('names', 'run-2');
      await producer.addMaintenance('locations', 'run-2');
      expect(await queue('maintenance').getJobCounts('waiting')).toEqual({ waiting: 2 });

      const letter = {
        dead_letter_id: 'dlq-contract-7',
        reason: 'no_items',
        error: 'none',
        contract_id: 7,
        ...RUN,
      };
      await producer.addDeadLetter(letter);
      await producer.addDeadLetter(letter);
      expect(await queue('dead-letter').getJobCounts('waiting')).toEqual({ waiting: 1 });
    });

    test('is not added at all where its payload is junk', async () => {
      const junk = { contract_id: 'seven', run_id: 'run' } as unknown as {
        contract_id: number;
        run_id: string;
      };
      await expect(producer.addContracts([junk])).rejects.toThrow('contract_id');
      expect(await queue('contract').getJobCounts('waiting')).toEqual({ waiting: 0 });
    });
  });

  describe('a contract that failed for good', () => {
    beforeEach(async () => {
      await producer.addContracts([{ contract_id: 7, ...RUN }]);
      const consumer = consume('contract', () => Promise.reject(new GiveUpError('no items')));
      await waitUntil(() => failures.length === 1, { what: 'the job has failed' });
      await consumer.stop(0);
    });

    test('is listed with its error', async () => {
      expect(await producer.listFailedContracts(10)).toEqual([
        { payload: { contract_id: 7, ...RUN }, error: 'no items' },
      ]);
    });

    test('is not asked for again by a sweep, but is where that is what is wanted', async () => {
      await producer.addContracts([{ contract_id: 7, ...RUN }]);
      expect(await queue('contract').getJobCounts('waiting', 'failed')).toEqual({ waiting: 0, failed: 1 });
      await producer.addContractsAgain([{ contract_id: 7, run_id: 'run-2' }]);
      expect(await queue('contract').getJobCounts('waiting', 'failed')).toEqual({ waiting: 1, failed: 0 });
    });
  });

  test('a contract that is being done is not done a second time beside it', async () => {
    const held = defer();
    const handler = jest.fn<Handler<'contract'>>(() => held.promise);
    consume('contract', handler, 2);
    await producer.addContracts([{ contract_id: 7, ...RUN }]);
    await waitUntil(() => handler.mock.calls.length === 1, { what: 'the job runs' });
    await producer.addContractsAgain([{ contract_id: 7, run_id: 'run-2' }]);
    expect(await queue('contract').getJobCounts('waiting', 'active')).toEqual({ waiting: 0, active: 1 });
    held.resolve({});
    await waitUntil(() => completed.length === 1, { what: 'the job is done' });
  });

  describe('a handler', () => {
    test('gets the payload, its job and the number of the attempt', async () => {
      const handler = jest.fn<Handler<'contract'>>(() => Promise.resolve({ outcome: 'stored' }));
      await producer.addContracts([{ contract_id: 7, ...RUN }]);
      consume('contract', handler);
      await waitUntil(() => completed.length === 1, { what: 'the job is done' });
      expect(handler).toHaveBeenCalledTimes(1);
      expect(handler.mock.calls[0]?.[0]).toEqual({ contract_id: 7, ...RUN });
      expect(handler.mock.calls[0]?.[1]).toMatchObject({ jobId: 'contract-7', attempt: 1 });
      expect(completed[0]).toMatchObject({ jobId: 'contract-7', payload: { contract_id: 7, ...RUN } });
      expect(results).toEqual([{ outcome: 'stored' }]);
      expect(await queue('contract').getJob('contract-7')).toBeUndefined();
    });

    // A wait of 0 or of a part of a millisecond is what is left of a pause that has all but ended.
    test.each([250.7, 0.4, 0])(
      'that wants a pause of %p ms stops the queue and keeps its attempt',
      async (waitMs) => {
        const taken: { contract_id: number; attempt: number; at: number }[] = [];
        await producer.addContracts([{ contract_id: 1, ...RUN }]);
        consume('contract', async ({ contract_id }, { attempt }) => {
          taken.push({ contract_id, attempt, at: performance.now() });
          if (taken.length === 1) {
            await producer.addContracts([{ contract_id: 2, ...RUN }]);
            throw new PauseQueueError(waitMs);
          }
          return {};
        });
        await waitUntil(() => completed.length === 2, { what: 'both jobs are done' });
        expect(failures).toEqual([]);
        expect(taken.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
        const [first, ...later] = taken;
        expect(Math.min(...later.map(({ at }) => at)) - (first?.at ?? 0)).toBeGreaterThanOrEqual(waitMs - 5);
      },
    );

    test('that pauses as often as it likes uses up no attempt', async () => {
      let calls = 0;
      await producer.addContracts([{ contract_id: 1, ...RUN }]);
      consume('contract', (_payload, { attempt }) => {
        calls += 1;
        expect(attempt).toBe(1);
        return calls <= 12 ? Promise.reject(new PauseQueueError(5)) : Promise.resolve({});
      });
      await waitUntil(() => completed.length === 1, { what: 'the job is done after 12 pauses' });
      expect(failures).toEqual([]);
      expect(completed[0]).toMatchObject({ jobId: 'contract-1', attempts: 1 });
    });

    test('that gives up is not asked again, and the original error is told', async () => {
      const poisoned = Object.assign(new GiveUpError('no items'), { payload: [] });
      const handler = jest.fn<Handler<'contract'>>(() => Promise.reject(poisoned));
      await producer.addContracts([{ contract_id: 7, ...RUN }]);
      consume('contract', handler);
      await waitUntil(() => failures.length > 0, { what: 'the job has failed' });
      expect(failures).toEqual([
        { final: true, error: poisoned, job: expect.objectContaining({ jobId: 'contract-7', attempts: 1 }) },
      ]);
      expect(failures[0]?.error).toBe(poisoned);
      expect(handler).toHaveBeenCalledTimes(1);
      expect(await queue('contract').getJobCounts('failed', 'delayed')).toEqual({ failed: 1, delayed: 0 });
    });

    test('that fails is asked again after a while', async () => {
      const error = new Error('no answer');
      await producer.addContracts([{ contract_id: 7, ...RUN }]);
      consume('contract', () => Promise.reject(error));
      await waitUntil(() => failures.length > 0, { what: 'the attempt has failed' });
      expect(failures).toEqual([
        {
          final: false,
          error,
          job: expect.objectContaining({ payload: { contract_id: 7, ...RUN }, attempts: 1 }),
        },
      ]);
      expect(await queue('contract').getJobCounts('failed', 'delayed')).toEqual({ failed: 0, delayed: 1 });
    });

    test('that fails in a queue of one attempt has failed for good', async () => {
      await producer.addMaintenance('names', 'run-1');
      consume('maintenance', () => Promise.reject(new Error('no answer')));
      await waitUntil(() => failures.length > 0, { what: 'the job has failed' });
      expect(failures).toMatchObject([{ final: true, error: { message: 'no answer' } }]);
      await producer.addMaintenance('names', 'run-2');
      await waitUntil(() => failures.length > 1, { what: 'the task could be added again' });
    });

    test('is not given a payload that is junk: that has failed for good', async () => {
      const handler = jest.fn<Handler<'contract'>>();
      await queue('contract').add(
        'contract',
        { contract_id: null },
        { jobId: 'contract-junk', attempts: 10 },
      );
      consume('contract', handler);
      await waitUntil(() => failures.length > 0, { what: 'the job has failed' });
      expect(failures).toMatchObject([{ final: true, job: { payload: null, jobId: 'contract-junk' } }]);
      expect(failures[0]?.error.message).toContain('contract_id');
      expect(handler).not.toHaveBeenCalled();
    });
  });

  describe('a stop', () => {
    test('waits for a job that is nearly done', async () => {
      const held = defer();
      const handler = jest.fn<Handler<'contract'>>(() => held.promise);
      const consumer = consume('contract', handler);
      await producer.addContracts([{ contract_id: 7, ...RUN }]);
      await waitUntil(() => handler.mock.calls.length === 1, { what: 'the job runs' });
      const stopped = consumer.stop(10_000);
      setImmediate(() => held.resolve({}));
      await stopped;
      expect(completed).toHaveLength(1);
    });

    test('cuts a long job short, and the next process does it with all of its attempts', async () => {
      const cut = jest.fn<Handler<'contract'>>((_payload, { signal }) => untilAborted(signal));
      const consumer = consume('contract', cut);
      await producer.addContracts([{ contract_id: 7, ...RUN }]);
      await waitUntil(() => cut.mock.calls.length === 1, { what: 'the job runs' });
      await consumer.stop(0);
      expect(failures).toEqual([]);
      expect(await queue('contract').getJobCounts('waiting', 'active', 'failed')).toEqual({
        waiting: 1,
        active: 0,
        failed: 0,
      });
      expect(await queue('contract').getJob('contract-7')).toMatchObject({ attemptsMade: 0 });

      const attempts: number[] = [];
      consume('contract', (_payload, { attempt }) => {
        attempts.push(attempt);
        return Promise.resolve({});
      });
      await waitUntil(() => completed.length === 1, { what: 'the next consumer has done the job' });
      expect(attempts).toEqual([1]);
    });

    test('gives every running job back, and takes none of those that wait', async () => {
      const cut = jest.fn<Handler<'contract'>>((_payload, { signal }) => untilAborted(signal));
      const consumer = consume('contract', cut, 3);
      await producer.addContracts([1, 2, 3, 4, 5].map((contract_id) => ({ contract_id, ...RUN })));
      await waitUntil(() => cut.mock.calls.length === 3, { what: 'three jobs run' });
      await consumer.stop(0);
      expect(cut).toHaveBeenCalledTimes(3);
      expect(await queue('contract').getJobCounts('waiting', 'active')).toEqual({ waiting: 5, active: 0 });
    });
  });

  describe('the tick', () => {
    test('has one schedule, however many processes ask for it, and its next run does not move', async () => {
      await producer.startSchedules(3_600);
      const [before] = await queue('tick').getJobSchedulers();
      await producer.startSchedules(3_600);
      expect(await queue('tick').getJobSchedulers()).toEqual([before]);
      expect(before).toMatchObject({ key: 'tick', every: 3_600_000 });
    });

    test('follows a change of its interval', async () => {
      await producer.startSchedules(3_600);
      await producer.startSchedules(30);
      expect(await queue('tick').getJobSchedulers()).toMatchObject([{ key: 'tick', every: 30_000 }]);
    });

    test('comes at once, and is one job at a time over all processes', async () => {
      let running = 0;
      const seen: number[] = [];
      const handler: Handler<'tick'> = async () => {
        running += 1;
        await producer.ping();
        seen.push(running);
        await producer.ping();
        running -= 1;
        return {};
      };
      await producer.startSchedules(3_600);
      await queue('tick').addBulk(Array.from({ length: 9 }, () => ({ name: 'tick', data: {} })));
      consume('tick', handler, 2);
      consume('tick', handler, 2);
      await waitUntil(() => completed.length === 10, { what: 'all ticks are done' });
      expect(seen).toEqual(Array.from({ length: 10 }, () => 1));
    });
  });

  test('the broker is asked whether it answers', async () => {
    await expect(producer.ping()).resolves.toBeUndefined();
  });

  test('the store can be prepared again', async () => {
    await producer.addContracts([{ contract_id: 7, ...RUN }]);
    await migrateQueues(url);
    expect(await queue('contract').getJobCounts('waiting')).toEqual({ waiting: 1 });
  });

  test('a process that has closed everything ends by itself', async () => {
    const child = forkSource(new URL('./process-under-test.ts', import.meta.url), [url]);
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
