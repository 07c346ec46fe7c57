import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createProducer, type Producer } from '@hangar-bay/queues';
import { startAggregation, type Aggregation } from '../end-to-end/aggregation.js';
import { testQueueUrls, type QueueBackend } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { scrape, type Scrape } from './scrape.js';

const DOMAIN = 10000043;
const LIST = '/contracts/public/{region_id}';
const ITEMS = '/contracts/public/items/{contract_id}';
const [{ open }] = testQueueUrls() as [QueueBackend];

type Labels = Readonly<Record<string, string>>;

let aggregation: Aggregation;
let producer: Producer;
let url: string;

beforeAll(async () => {
  aggregation = await startAggregation(open, { regionIds: [DOMAIN], contracts: 1_000 });
  await aggregation.sandbox('POST', 'faults', { route: ITEMS, kind: 'status', status: 500, count: 1 });
  producer = createProducer({ url: aggregation.env.QUEUE_URL, onError: () => undefined });
  ({ probeUrl: url } = await aggregation.worker.start());
  await aggregation.settle();
}, 60_000);

afterAll(async () => {
  await producer.close();
  await aggregation.stop();
});

const valueOf = async (name: string, labels?: Labels) =>
  (await scrape(url)).sum(`hangar_bay_${name}`, labels);

/** Makes something happen and waits until a scrape shows that it did. */
async function expectToMove(name: string, labels: Labels, provoke: () => Promise<unknown>): Promise<void> {
  const before = (await valueOf(name, labels)) ?? 0;
  await provoke();
  await waitUntil(async () => ((await valueOf(name, labels)) ?? 0) > before, {
    what: `${name} ${JSON.stringify(labels)} moves`,
    timeoutMs: 20_000,
  });
}

const moved = (name: string, labels: Labels = {}) => [name, labels] as const;

test.each([
  moved('region_sweeps_total', { outcome: 'complete' }),
  moved('region_sweep_duration_seconds_count'),
  moved('contracts_total', { outcome: 'stored' }),
  moved('esi_requests_total', { route: LIST, status: '200' }),
  moved('esi_requests_total', { route: ITEMS, status: '500' }),
  moved('esi_request_duration_seconds_count', { route: ITEMS }),
  moved('jobs_total', { queue: 'tick', outcome: 'completed' }),
  moved('jobs_total', { queue: 'contract', outcome: 'completed' }),
  moved('job_duration_seconds_count', { queue: 'contract' }),
  moved('job_wait_seconds_count', { queue: 'region-sweep' }),
  moved('db_query_duration_seconds_count', { query: 'insert region_pages' }),
  moved('db_pool_connections', { state: 'idle' }),
  moved('esi_error_budget_remaining'),
  moved('source_up', { source: 'database' }),
  moved('source_up', { source: 'broker' }),
  moved('database_bytes'),
  moved('database_connections'),
  moved('database_connections_max'),
  moved('disk_bytes', { state: 'free' }),
  moved('disk_bytes', { state: 'total' }),
])('an aggregation moves %s %j', async (name, labels) => {
  expect(await valueOf(name, labels)).toBeGreaterThan(0);
});

test('as many contracts are counted as stored as there are', async () => {
  const [row] = await aggregation.query('SELECT count(*)::int AS count FROM contracts');
  expect(await valueOf('contracts_total', { outcome: 'stored' })).toBe(row?.['count']);
});

test('moments are those of the last tick and the last complete sweep', async () => {
  const [row] = await aggregation.query(
    `SELECT extract(epoch FROM last_complete_sweep_at)::float8 AS at FROM regions`,
  );
  await waitUntil(
    async () =>
      (await valueOf('region_last_complete_sweep_timestamp_seconds', { region_id: String(DOMAIN) })) ===
      row?.['at'],
    { what: 'the last complete sweep is told' },
  );
  const tick = (await valueOf('scheduler_last_tick_timestamp_seconds')) ?? 0;
  expect(Math.abs(Date.now() / 1000 - tick)).toBeLessThan(10);
});

test('a list that is unchanged is a hit, and so are its contracts', async () => {
  const before = (await valueOf('contracts_total', { outcome: 'unchanged' })) ?? 0;
  await expectToMove('esi_validators_total', { result: 'hit' }, () => aggregation.letCachesExpire());
  await waitUntil(async () => ((await valueOf('contracts_total', { outcome: 'unchanged' })) ?? 0) > before);
});

test('a page that has changed is a miss, and what is no longer listed is gone', async () => {
  await aggregation.query(
    `INSERT INTO contracts (contract_id, region_id, type, issuer_id, issuer_corporation_id, for_corporation,
                            date_issued, date_expired, title, volume, items_state, visible_since)
     SELECT 1, region_id, type, issuer_id, issuer_corporation_id, for_corporation,
            date_issued, now() + interval '1 day', title, volume, 'none', now() FROM contracts LIMIT 1`,
  );
  await expectToMove('esi_validators_total', { result: 'miss' }, async () => {
    await expectToMove('contracts_total', { outcome: 'gone' }, async () => {
      await aggregation.query(`UPDATE region_pages SET etag = '"another"'`);
      await aggregation.letCachesExpire();
    });
  });
});

test('a malformed row is quarantined, and stands in the dead letter', async () => {
  await expectToMove('contracts_total', { outcome: 'quarantined' }, async () => {
    await aggregation.sandbox('POST', 'faults', { route: LIST, kind: 'malformed_contract', count: 1 });
    await aggregation.query('UPDATE region_pages SET etag = NULL');
    await aggregation.letCachesExpire();
  });
  await waitUntil(async () => (await valueOf('dead_letters')) === 1, { what: 'the entry is counted' });
  expect(await valueOf('dead_letter_oldest_age_seconds')).toBeGreaterThan(0);
  await waitUntil(
    async () => ((await valueOf('queue_jobs', { queue: 'dead-letter', state: 'failed' })) ?? 0) > 0,
    { what: 'its job is counted' },
  );
  expect(await valueOf('jobs_total', { queue: 'dead-letter', outcome: 'failed' })).toBeGreaterThan(0);
});

test('a contract whose items are never usable has failed, and one that ESI refuses is unavailable', async () => {
  const askAgain = async () => {
    const [contract] = await aggregation.query(
      `UPDATE contracts SET items_state = 'pending' WHERE contract_id =
         (SELECT max(contract_id) FROM contracts WHERE items_state = 'stored' AND gone_at IS NULL)
       RETURNING contract_id`,
    );
    const contract_id = Number(contract?.['contract_id']);
    await aggregation.query(`DELETE FROM contract_items WHERE contract_id = ${contract_id}`);
    await producer.addContractsAgain([{ contract_id, run_id: 'test' }]);
  };
  await expectToMove('contracts_total', { outcome: 'failed' }, async () => {
    await aggregation.sandbox('POST', 'faults', { route: ITEMS, kind: 'evict', count: 1 });
    await askAgain();
  });
  await expectToMove('contracts_total', { outcome: 'unavailable' }, async () => {
    await aggregation.sandbox('POST', 'faults', { route: ITEMS, kind: 'status', status: 404, count: 1 });
    await askAgain();
  });
});

test('the circuit of ESI opens when ESI answers nobody, and closes when it answers again', async () => {
  const isIn = (wanted: number) => async () => (await valueOf('circuit_state', { name: 'esi' })) === wanted;
  expect(await isIn(0)()).toBe(true);
  await aggregation.sandbox('POST', 'faults', { route: '*', kind: 'status', status: 503, probability: 1 });
  const contracts = await aggregation.query(
    `UPDATE contracts SET items_state = 'pending' WHERE contract_id IN
       (SELECT contract_id FROM contracts WHERE items_state = 'stored' AND gone_at IS NULL LIMIT 6)
     RETURNING contract_id`,
  );
  const ids = contracts.map(({ contract_id }) => Number(contract_id));
  await aggregation.query(`DELETE FROM contract_items WHERE contract_id IN (${ids.join()})`);
  await producer.addContractsAgain(ids.map((contract_id) => ({ contract_id, run_id: 'test' })));
  await waitUntil(isIn(2), { what: 'the circuit is open', timeoutMs: 20_000 });
  await aggregation.sandbox('DELETE', 'faults');
  await waitUntil(isIn(0), { what: 'the circuit is closed', timeoutMs: 20_000 });
  await waitUntil(
    async () => (await aggregation.query(`SELECT FROM contracts WHERE items_state = 'pending'`)).length === 0,
    { what: 'all items are there', timeoutMs: 20_000 },
  );
}, 60_000);

test('contracts whose items are wanted are pending', async () => {
  await aggregation.query(
    `INSERT INTO flags (name, enabled, reason, changed_by) VALUES ('items', false, 'test', 'test')`,
  );
  await aggregation.query(
    `UPDATE contracts SET items_state = 'pending' WHERE contract_id IN
       (SELECT contract_id FROM contracts WHERE items_state = 'stored' AND gone_at IS NULL)`,
  );
  const [row] = await aggregation.query(
    `SELECT count(*)::int AS count FROM contracts WHERE items_state = 'pending' AND gone_at IS NULL`,
  );
  expect(row?.['count']).toBeGreaterThan(0);
  await waitUntil(async () => (await valueOf('contracts_pending')) === row?.['count'], {
    what: `${String(row?.['count'])} contracts are told to be pending`,
  });
});

test('a switch is told while it is off', async () => {
  await waitUntil(async () => (await valueOf('switched_off', { flag: 'items' })) === 1, {
    what: 'the switch is told',
  });
  await aggregation.query(`UPDATE flags SET enabled = true WHERE name = 'items'`);
  await waitUntil(async () => (await valueOf('switched_off')) === undefined, {
    what: 'the switch is told no more',
  });
});

test('sweeps of a region that fail in a row are counted, until one completes', async () => {
  const region_id = String(DOMAIN);
  await aggregation.sandbox('POST', 'faults', { route: LIST, kind: 'status', status: 404, probability: 1 });
  await expectToMove('region_failed_sweeps', { region_id }, () => aggregation.letCachesExpire());
  await aggregation.sandbox('DELETE', 'faults');
  await aggregation.letCachesExpire();
  await waitUntil(async () => (await valueOf('region_failed_sweeps', { region_id })) === 0, {
    what: 'a complete sweep ends the row',
    timeoutMs: 20_000,
  });
});

test.each([
  ['refreshed', undefined],
  ['unknown', 404],
  ['failed', 500],
])('types that are asked for again are counted: %s', async (outcome, status) => {
  if (status !== undefined) {
    await aggregation.sandbox('POST', 'faults', {
      route: '/universe/types/{type_id}',
      kind: 'status',
      status,
      probability: 1,
    });
  }
  await expectToMove('types_refreshed_total', { outcome }, () =>
    aggregation.query(
      `UPDATE types SET refreshed_at = now() - interval '40 days'
        WHERE type_id = (SELECT min(type_id) FROM types)`,
    ),
  );
  await aggregation.sandbox('DELETE', 'faults');
});

test('an answer 429 pauses its route, and 420 everything; both cost time that is told by its reason', async () => {
  await expectToMove('esi_paused_seconds_total', { reason: 'rate_limit' }, async () => {
    await aggregation.sandbox('POST', 'faults', {
      route: LIST,
      kind: 'rate_limit',
      retry_after: 3,
      count: 1,
    });
    await aggregation.letCachesExpire();
  });
  await waitUntil(
    async () => (await aggregation.query('SELECT FROM region_pages WHERE fresh_until < now()')).length === 0,
    { what: 'the route is asked again' },
  );
  const before = (await valueOf('region_sweeps_total', { outcome: 'paused' })) ?? 0;
  await expectToMove('esi_paused_seconds_total', { reason: 'error_limit' }, async () => {
    await aggregation.sandbox('POST', 'faults', { route: LIST, kind: 'error_limit', count: 1 });
    await aggregation.letCachesExpire();
  });
  expect(await valueOf('esi_error_budget_remaining')).toBeLessThan(100);
  expect((await valueOf('region_sweeps_total', { outcome: 'paused' })) ?? 0).toBeGreaterThanOrEqual(before);
});

test('no label holds an id of a contract or a path', async () => {
  const { samples }: Scrape = await scrape(url);
  const values = new Set(samples.flatMap(({ labels }) => Object.values(labels)));
  expect([...values].filter((value) => /\/\d|\d{9}/.test(value))).toEqual([]);
});
