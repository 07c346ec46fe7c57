import { GiveUpError, type Handler } from '@hangar-bay/queues';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { defer } from '../setup/defer.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { RUN, openQueues, type QueuesUnderTest } from './queues-under-test.js';

const FORGE = { region_id: 10_000_002, ...RUN };
const DOMAIN = { region_id: 10_000_043, ...RUN };

describe.each(testQueueUrls())('the queues on $backend', ({ open }) => {
  let queues: QueuesUnderTest;

  beforeEach(async () => {
    queues = await openQueues(open);
  });

  afterEach(() => queues.close());

  describe('a job that is asked for again', () => {
    test('is one sweep per region until it is finished, due now or later', async () => {
      await queues.producer.addRegionSweeps([
        { ...FORGE, delay_ms: 0 },
        { ...DOMAIN, delay_ms: 60_000 },
      ]);
      await queues.producer.addRegionSweeps([
        { ...FORGE, run_id: 'run-2', delay_ms: 60_000 },
        { ...DOMAIN, run_id: 'run-2', delay_ms: 0 },
      ]);
      expect(await queues.named('region-sweep').getJobCounts('waiting', 'delayed')).toEqual({
        waiting: 1,
        delayed: 1,
      });
    });

    test('is not swallowed while its region is swept, nor done beside it, but can be added once that is finished', async () => {
      const held = defer();
      const handler = jest.fn<Handler<'region-sweep'>>(() => held.promise);
      queues.consume('region-sweep', handler, 4);
      await queues.producer.addRegionSweeps([{ ...FORGE, delay_ms: 0 }]);
      await waitUntil(() => handler.mock.calls.length === 1, { what: 'the sweep runs' });
      await queues.producer.addRegionSweeps([{ ...FORGE, delay_ms: 0 }]);
      expect(await queues.named('region-sweep').getJobCounts('waiting', 'active')).toEqual({
        waiting: 0,
        active: 1,
      });

      held.resolve({});
      await waitUntil(() => queues.completed.length === 1, { what: 'the sweep is finished' });
      await queues.producer.addRegionSweeps([{ ...FORGE, delay_ms: 0 }]);
      await waitUntil(() => queues.completed.length === 2, { what: 'the next sweep is finished' });
    });

    test('is one job per contract, over any number of contracts', async () => {
      const contracts = Array.from({ length: 2_500 }, (_, index) => ({ contract_id: index + 1, ...RUN }));
      await queues.producer.addContracts(contracts);
      await queues.producer.addContracts(contracts.map((each) => ({ ...each, run_id: 'run-2' })));
      expect(await queues.named('contract').getJobCounts('waiting')).toEqual({ waiting: 2_500 });
      expect(await queues.named('contract').getJob('contract-2500')).toMatchObject({
        data: { contract_id: 2_500, ...RUN },
      });
    });

    test('is one maintenance job per task, and one entry per dead letter', async () => {
      await queues.producer.addMaintenance('names', 'run-1');
      await queues.producer.addMaintenance('names', 'run-2');
      await queues.producer.addMaintenance('locations', 'run-2');
      expect(await queues.named('maintenance').getJobCounts('waiting')).toEqual({ waiting: 2 });

      const letter = {
        dead_letter_id: 'dlq-contract-7',
        reason: 'no_items',
        error: 'none',
        contract_id: 7,
        ...RUN,
      };
      await queues.producer.addDeadLetter(letter);
      await queues.producer.addDeadLetter(letter);
      expect(await queues.named('dead-letter').getJobCounts('waiting')).toEqual({ waiting: 1 });
    });

    test('is not added at all where its payload is junk', async () => {
      const junk = { contract_id: 'seven', run_id: 'run' } as unknown as {
        contract_id: number;
        run_id: string;
      };
      await expect(queues.producer.addContracts([junk])).rejects.toThrow('contract_id');
      expect(await queues.named('contract').getJobCounts('waiting')).toEqual({ waiting: 0 });
    });
  });

  describe('a contract that failed for good', () => {
    beforeEach(async () => {
      await queues.producer.addContracts([{ contract_id: 7, ...RUN }]);
      const consumer = queues.consume('contract', () => Promise.reject(new GiveUpError('no items')));
      await waitUntil(() => queues.failures.length === 1, { what: 'the job has failed' });
      await consumer.stop(0);
    });

    test('is listed with its error', async () => {
      expect(await queues.producer.listFailedContracts(10)).toEqual([
        { payload: { contract_id: 7, ...RUN }, error: 'no items' },
      ]);
    });

    test('is not asked for again by a sweep, but is where that is what is wanted', async () => {
      await queues.producer.addContracts([{ contract_id: 7, ...RUN }]);
      expect(await queues.named('contract').getJobCounts('waiting', 'failed')).toEqual({
        waiting: 0,
        failed: 1,
      });
      await queues.producer.addContractsAgain([{ contract_id: 7, run_id: 'run-2' }]);
      expect(await queues.named('contract').getJobCounts('waiting', 'failed')).toEqual({
        waiting: 1,
        failed: 0,
      });
    });
  });

  test('a contract that is being done is not done a second time beside it', async () => {
    const held = defer();
    const handler = jest.fn<Handler<'contract'>>(() => held.promise);
    queues.consume('contract', handler, 2);
    await queues.producer.addContracts([{ contract_id: 7, ...RUN }]);
    await waitUntil(() => handler.mock.calls.length === 1, { what: 'the job runs' });
    await queues.producer.addContractsAgain([{ contract_id: 7, run_id: 'run-2' }]);
    expect(await queues.named('contract').getJobCounts('waiting', 'active')).toEqual({
      waiting: 0,
      active: 1,
    });
    held.resolve({});
    await waitUntil(() => queues.completed.length === 1, { what: 'the job is done' });
  });
});
