import { GiveUpError, PauseQueueError, type Handler } from '@hangar-bay/queues';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { testQueueUrls } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { RUN, openQueues, type QueuesUnderTest } from './queues-under-test.js';

describe.each(testQueueUrls())('the queues on $backend', ({ open }) => {
  let queues: QueuesUnderTest;

  beforeEach(async () => {
    queues = await openQueues(open);
  });

  afterEach(() => queues.close());

  describe('a handler', () => {
    test('gets the payload, its job and the number of the attempt', async () => {
      const handler = jest.fn<Handler<'contract'>>(() => Promise.resolve({ outcome: 'stored' }));
      await queues.producer.addContracts([{ contract_id: 7, ...RUN }]);
      queues.consume('contract', handler);
      await waitUntil(() => queues.completed.length === 1, { what: 'the job is done' });
      expect(handler).toHaveBeenCalledTimes(1);
      expect(handler.mock.calls[0]?.[0]).toEqual({ contract_id: 7, ...RUN });
      expect(handler.mock.calls[0]?.[1]).toMatchObject({ jobId: 'contract-7', attempt: 1 });
      expect(queues.completed[0]).toMatchObject({ jobId: 'contract-7', payload: { contract_id: 7, ...RUN } });
      expect(queues.results).toEqual([{ outcome: 'stored' }]);
      expect(await queues.named('contract').getJob('contract-7')).toBeUndefined();
    });

    // A wait of 0 or of a part of a millisecond is what is left of a pause that has all but ended.
    test.each([250.7, 0.4, 0])(
      'that wants a pause of %p ms stops the queue and keeps its attempt',
      async (waitMs) => {
        const taken: { contract_id: number; attempt: number; at: number }[] = [];
        await queues.producer.addContracts([{ contract_id: 1, ...RUN }]);
        queues.consume('contract', async ({ contract_id }, { attempt }) => {
          taken.push({ contract_id, attempt, at: performance.now() });
          if (taken.length === 1) {
            await queues.producer.addContracts([{ contract_id: 2, ...RUN }]);
            throw new PauseQueueError(waitMs);
          }
          return {};
        });
        await waitUntil(() => queues.completed.length === 2, { what: 'both jobs are done' });
        expect(queues.failures).toEqual([]);
        expect(taken.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
        const [first, ...later] = taken;
        expect(Math.min(...later.map(({ at }) => at)) - (first?.at ?? 0)).toBeGreaterThanOrEqual(waitMs - 5);
      },
    );

    test('that pauses as often as it likes uses up no attempt', async () => {
      let calls = 0;
      await queues.producer.addContracts([{ contract_id: 1, ...RUN }]);
      queues.consume('contract', (_payload, { attempt }) => {
        calls += 1;
        expect(attempt).toBe(1);
        return calls <= 12 ? Promise.reject(new PauseQueueError(5)) : Promise.resolve({});
      });
      await waitUntil(() => queues.completed.length === 1, { what: 'the job is done after 12 pauses' });
      expect(queues.failures).toEqual([]);
      expect(queues.completed[0]).toMatchObject({ jobId: 'contract-1', attempts: 1 });
    });

    test('that gives up is not asked again, and the original error is told', async () => {
      const poisoned = Object.assign(new GiveUpError('no items'), { payload: [] });
      const handler = jest.fn<Handler<'contract'>>(() => Promise.reject(poisoned));
      await queues.producer.addContracts([{ contract_id: 7, ...RUN }]);
      queues.consume('contract', handler);
      await waitUntil(() => queues.failures.length > 0, { what: 'the job has failed' });
      expect(queues.failures).toEqual([
        { final: true, error: poisoned, job: expect.objectContaining({ jobId: 'contract-7', attempts: 1 }) },
      ]);
      expect(queues.failures[0]?.error).toBe(poisoned);
      expect(handler).toHaveBeenCalledTimes(1);
      expect(await queues.named('contract').getJobCounts('failed', 'delayed')).toEqual({
        failed: 1,
        delayed: 0,
      });
    });

    test('that fails is asked again after a while', async () => {
      const error = new Error('no answer');
      await queues.producer.addContracts([{ contract_id: 7, ...RUN }]);
      queues.consume('contract', () => Promise.reject(error));
      await waitUntil(() => queues.failures.length > 0, { what: 'the attempt has failed' });
      expect(queues.failures).toEqual([
        {
          final: false,
          error,
          job: expect.objectContaining({ payload: { contract_id: 7, ...RUN }, attempts: 1 }),
        },
      ]);
      expect(await queues.named('contract').getJobCounts('failed', 'delayed')).toEqual({
        failed: 0,
        delayed: 1,
      });
    });

    test('that fails in a queue of one attempt has failed for good', async () => {
      await queues.producer.addMaintenance('names', 'run-1');
      queues.consume('maintenance', () => Promise.reject(new Error('no answer')));
      await waitUntil(() => queues.failures.length > 0, { what: 'the job has failed' });
      expect(queues.failures).toMatchObject([{ final: true, error: { message: 'no answer' } }]);
      await queues.producer.addMaintenance('names', 'run-2');
      await waitUntil(() => queues.failures.length > 1, { what: 'the task could be added again' });
    });

    test('is not given a payload that is junk: that has failed for good', async () => {
      const handler = jest.fn<Handler<'contract'>>();
      await queues
        .named('contract')
        .add('contract', { contract_id: null }, { jobId: 'contract-junk', attempts: 10 });
      queues.consume('contract', handler);
      await waitUntil(() => queues.failures.length > 0, { what: 'the job has failed' });
      expect(queues.failures).toMatchObject([
        { final: true, job: { payload: null, jobId: 'contract-junk' } },
      ]);
      expect(queues.failures[0]?.error.message).toContain('contract_id');
      expect(handler).not.toHaveBeenCalled();
    });
  });
});
