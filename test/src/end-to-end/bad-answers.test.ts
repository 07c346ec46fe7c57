import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { testQueueUrls, type QueueBackend } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { startAggregation, type Aggregation } from './aggregation.js';

const DOMAIN = 10000043;
const LIST = '/contracts/public/{region_id}';

const VARIANTS = [
  'wrong_type',
  'missing_id',
  'null_date',
  'number_as_string',
  'unknown_enum',
  'huge_title',
] as const;

const [{ open }] = testQueueUrls() as [QueueBackend];

describe('what ESI should never answer', () => {
  let aggregation: Aggregation;

  beforeEach(async () => {
    aggregation = await startAggregation(open, { regionIds: [DOMAIN], contracts: 1_000 });
  });

  afterEach(() => aggregation.stop());

  test.each(VARIANTS)(
    'a contract with %s is quarantined, and the rest of its page goes in',
    async (variant) => {
      await aggregation.sandbox('POST', 'faults', {
        route: LIST,
        kind: 'malformed_contract',
        variant,
        count: 1,
      });
      await aggregation.worker.start();
      await waitUntil(async () => (await aggregation.query('SELECT FROM dead_letters')).length === 1);
      const [letter] = await aggregation.query('SELECT reason, error, payload FROM dead_letters');
      expect(letter?.['reason']).toBe('invalid_contract');
      expect(letter?.['error']).toMatch(/^\w+: /);

      const pending = `SELECT FROM contracts WHERE items_state = 'pending'`;
      await waitUntil(async () => (await aggregation.query('SELECT FROM contracts')).length > 0);
      await waitUntil(async () => (await aggregation.query(pending)).length === 0, { timeoutMs: 20_000 });
      // All but the bad one: what was left out is one contract, and nothing else differs.
      expect(await aggregation.differences()).toEqual([expect.stringMatching(/^contract \d+ is missing$/)]);

      // ESI comes to its senses: the contract goes in.
      await aggregation.query('UPDATE region_pages SET etag = NULL');
      await aggregation.letCachesExpire();
      await waitUntil(async () => (await aggregation.differences()).length === 0, {
        what: 'the database equals the truth',
      });
    },
  );

  test.each(['malformed_page', 'html', 'truncate'])(
    'a list that is answered with %s removes nothing and is asked for again',
    async (kind) => {
      await aggregation.worker.start();
      await aggregation.settle();
      await aggregation.sandbox('POST', 'faults', { route: LIST, kind, probability: 1 });
      await aggregation.query('UPDATE region_pages SET etag = NULL');
      await aggregation.letCachesExpire();
      await waitUntil(
        async () =>
          (await aggregation.query('SELECT last_sweep_outcome AS o FROM regions'))[0]?.['o'] === 'failed',
        { what: 'the sweep fails', timeoutMs: 20_000 },
      );
      expect(await aggregation.differences()).toEqual([]);

      await aggregation.sandbox('DELETE', 'faults');
      await aggregation.letCachesExpire();
      await waitUntil(
        async () =>
          (await aggregation.query('SELECT last_sweep_outcome AS o FROM regions'))[0]?.['o'] === 'complete',
        { what: 'the sweep completes', timeoutMs: 20_000 },
      );
      expect(await aggregation.differences()).toEqual([]);
    },
    60_000,
  );

  test('an auction or exchange without items goes to the dead letter and is never shown', async () => {
    await aggregation.sandbox('POST', 'faults', {
      route: '/contracts/public/items/{contract_id}',
      kind: 'evict',
      count: 1,
    });
    await aggregation.worker.start();
    await waitUntil(async () => (await aggregation.query('SELECT FROM dead_letters')).length === 1);
    const [row] = await aggregation.query(
      `SELECT reason, items_state, visible_since FROM dead_letters JOIN contracts USING (contract_id)`,
    );
    expect(row).toMatchObject({ reason: 'no_items', items_state: 'unavailable', visible_since: null });
  });
});
