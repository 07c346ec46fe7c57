import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testQueueUrls } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { startAggregation, type Aggregation } from './aggregation.js';

const [THE_FORGE, DOMAIN, DERELIK] = [10000002, 10000043, 10000001];

describe.each(testQueueUrls())('a region is aggregated, queues on $backend', ({ open }) => {
  let aggregation: Aggregation;

  beforeAll(async () => {
    aggregation = await startAggregation(open, { regionIds: [THE_FORGE, DOMAIN, DERELIK], contracts: 600 });
    await aggregation.worker.start();
    await aggregation.settle();
  }, 180_000);

  afterAll(() => aggregation.stop());

  test('the database equals the truth, contract by contract and item by item', async () => {
    expect(await aggregation.differences()).toEqual([]);
    const [row] = await aggregation.query(
      `SELECT count(*)::int AS visible, count(*) FILTER (WHERE ship_row_count = 1)::int AS ships FROM contracts
        WHERE visible_since IS NOT NULL`,
    );
    expect(row?.['visible']).toBeGreaterThan(400);
    expect(row?.['ships']).toBeGreaterThan(0);
  });

  test('each contract was asked for once, and no page before its cache expired', async () => {
    const requests = await aggregation.requests();
    const items = requests
      .filter((request) => request.path.includes('/items/'))
      .map((request) => request.path);
    expect(items.length).toBe(new Set(items).size);
    expect(requests.filter((request) => request.premature)).toEqual([]);
  });

  test('an unchanged list is swept without writing a contract or an item', async () => {
    const before = await tupleVersions(aggregation);
    await sweepAgain(aggregation);
    const requests = await aggregation.requests();
    const latest = requests
      .filter((request) => request.path.includes(`/contracts/public/${THE_FORGE}`))
      .at(-1);
    expect(latest?.status).toBe(304);
    expect(await tupleVersions(aggregation)).toEqual(before);
  });

  test('six hours later what is new is visible and what has vanished is gone', async () => {
    await aggregation.sandbox('POST', 'clock', { advance_seconds: 6 * 3_600 });
    await aggregation.letCachesExpire();
    await waitUntil(
      async () => (await aggregation.query('SELECT FROM regions WHERE generation_count < 2')).length === 0,
      { what: 'every region shows a newer generation', timeoutMs: 30_000 },
    );
    await aggregation.settle();
    expect(await aggregation.differences()).toEqual([]);
    const [row] = await aggregation.query('SELECT count(gone_at)::int AS gone FROM contracts');
    expect(row?.['gone']).toBeGreaterThan(0);
  }, 180_000);
});

/** Sweeps every region once more, at ESI's unchanged generation. */
async function sweepAgain(aggregation: Aggregation): Promise<void> {
  const sweeps = async () =>
    (await aggregation.query('SELECT min(last_sweep_at) AS at FROM regions'))[0]?.['at'];
  const [{ now } = { now: null }] = await aggregation.query('SELECT now()');
  await aggregation.letCachesExpire();
  await waitUntil(async () => ((await sweeps()) as Date) > (now as Date), {
    what: 'every region is swept again',
  });
}

/** The physical versions of all rows: anything that writes or even locks a row changes them. */
function tupleVersions(aggregation: Aggregation) {
  return aggregation.query(
    `SELECT (SELECT md5(string_agg(ctid::text || xmin || xmax, ',' ORDER BY contract_id)) FROM contracts) AS contracts,
            (SELECT md5(string_agg(ctid::text || xmin || xmax, ',' ORDER BY contract_id, position))
               FROM contract_items) AS items`,
  );
}
