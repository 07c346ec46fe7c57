import { describe, expect, test } from '@jest/globals';
import type { JobsOptions } from 'bullmq';
import { QUEUES, QUEUE_NAMES, type QueueName } from './registry.js';

const GOOD: Record<QueueName, object> = {
  tick: {},
  'region-sweep': { region_id: 10_000_002, run_id: 'run-1' },
  contract: { contract_id: 190_123_973, run_id: 'run-1' },
  maintenance: { task: 'names', run_id: 'run-1' },
  'dead-letter': { dead_letter_id: 'dlq-contract-7', reason: 'no_items', error: 'none', run_id: 'run-1' },
};

test('the queues are those that the dashboard and the runbook name', () => {
  expect(QUEUE_NAMES).toEqual(['tick', 'region-sweep', 'contract', 'maintenance', 'dead-letter']);
});

describe.each(QUEUE_NAMES)('the queue %s', (name) => {
  const { payload } = QUEUES[name];
  const options: JobsOptions = QUEUES[name].jobOptions;

  test('takes its payload, and one with a field that a newer version added', () => {
    expect(payload.parse({ ...GOOD[name], added_later: true })).toEqual(GOOD[name]);
  });

  test('refuses a payload without one of its fields, or with junk in its place', () => {
    for (const field of Object.keys(GOOD[name])) {
      for (const junk of [undefined, null, {}, [], Number.NaN]) {
        expect([field, junk, payload.safeParse({ ...GOOD[name], [field]: junk }).success]).toEqual([
          field,
          junk,
          false,
        ]);
      }
    }
  });

  test.each([[null], [undefined], ['payload'], [7], [[]]])('refuses %j', (junk) => {
    expect(payload.safeParse(junk).success).toBe(false);
  });

  test('tries at least once', () => {
    expect(options.attempts).toBeGreaterThanOrEqual(1);
  });
});

test.each(QUEUE_NAMES)('%s keeps a bounded number of finished jobs', (name) => {
  const { removeOnComplete }: JobsOptions = QUEUES[name].jobOptions;
  const kept = removeOnComplete === true ? { count: 0 } : removeOnComplete;
  expect(kept).toMatchObject({ count: expect.any(Number) });
});

// What failed stays in the dead letter until an operator has dealt with it.
test.each(QUEUE_NAMES.filter((name) => name !== 'dead-letter'))(
  '%s keeps a bounded number of failed jobs, for two weeks',
  (name) => {
    const { removeOnFail }: JobsOptions = QUEUES[name].jobOptions;
    expect(removeOnFail).toEqual({ count: 10_000, age: 14 * 24 * 3600 });
  },
);

describe('contract jobs', () => {
  const { removeOnComplete, attempts, backoff } = QUEUES.contract.jobOptions;

  test('leave at once, since their ids swallow new jobs of the same ids', () => {
    expect(removeOnComplete).toBe(true);
  });

  test('are given up after more than ten minutes and less than twenty', () => {
    const longest = Array.from({ length: attempts - 1 }, (_, retry) => backoff.delay * 2 ** retry);
    const seconds = longest.reduce((sum, ms) => sum + ms, 0) / 1_000;
    expect(seconds * (1 - backoff.jitter / 2)).toBeGreaterThan(600);
    expect(seconds).toBeLessThan(1_200);
  });
});

test.each([
  ['region-sweep', { region_id: 2 ** 31 }],
  ['contract', { contract_id: 1.5 }],
  ['contract', { contract_id: '190123973' }],
  ['contract', { run_id: 'x'.repeat(101) }],
  ['maintenance', { task: 'coffee' }],
  ['dead-letter', { contract_id: 'seven' }],
] as const)('%s refuses %j', (name, changes) => {
  expect(QUEUES[name].payload.safeParse({ ...GOOD[name], ...changes }).success).toBe(false);
});
