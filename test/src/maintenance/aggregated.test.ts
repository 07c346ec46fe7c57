import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startAggregation, type Aggregation } from '../end-to-end/aggregation.js';
import { testQueueUrls, type QueueBackend } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { compareBids } from '../truth/compare-bids.js';

const THE_FORGE = 10000002;
const [{ open }] = testQueueUrls() as [QueueBackend];

const DUE_AUCTIONS = `
  SELECT FROM contracts
   WHERE type = 'auction' AND visible_since IS NOT NULL AND gone_at IS NULL AND date_expired > now()
     AND (bids_due_at IS NULL OR bids_due_at <= now())`;

/** What the classification writes, contract by contract. */
const DERIVED = `
  SELECT md5(string_agg(concat_ws('|', contract_id, included_row_count, requested_row_count, ship_row_count,
           contains_additional_items, contains_blueprint_copies, category_ids, coalesce(ship_type_id, 0), coalesce(ship_quantity, 0), ship_is_blueprint_copy,
           coalesce(ship_runs, 0), coalesce(primary_type_id, 0), coalesce(primary_quantity, 0),
           primary_is_blueprint_copy, coalesce(primary_runs, 0), coalesce(primary_material_efficiency, -1),
           coalesce(primary_time_efficiency, -1), coalesce(least_runs, -1), coalesce(most_runs, -1),
           coalesce(least_material_efficiency, -1), coalesce(most_material_efficiency, -1),
           coalesce(least_time_efficiency, -1), coalesce(most_time_efficiency, -1)), ',' ORDER BY contract_id)) AS derived,
         count(*)::int AS contracts
    FROM contracts WHERE items_state = 'stored'`;

describe('an aggregated region', () => {
  let aggregation: Aggregation;

  beforeAll(async () => {
    aggregation = await startAggregation(open, { regionIds: [THE_FORGE], contracts: 900 });
    await aggregation.worker.start();
    await aggregation.settle();
    await settleBids();
  }, 60_000);

  afterAll(() => aggregation.stop());

  const bidDifferences = () => compareBids(aggregation.databaseUrl, aggregation.sandboxUrl, THE_FORGE);
  const settleBids = () =>
    waitUntil(async () => (await aggregation.query(DUE_AUCTIONS)).length === 0, {
      what: 'no bids are due',
      timeoutMs: 20_000,
    });

  async function bidRequests(since = 0) {
    const requests = await aggregation.requests();
    return requests.filter((request) => request.seq > since && request.path.includes('/bids/'));
  }

  async function lastRequest(): Promise<number> {
    return (await aggregation.requests()).at(-1)?.seq ?? 0;
  }

  /** Virtual time moves on, and so do the caches of the bids that are stored, as the database knows them. */
  async function moveOn(seconds: number): Promise<void> {
    await aggregation.sandbox('POST', 'clock', { advance_seconds: seconds });
    await aggregation.query(`UPDATE contracts SET bids_due_at = now() WHERE bids_due_at IS NOT NULL`);
  }

  function bidRows() {
    return aggregation.query(
      `SELECT contract_id, bid_id, ctid::text, xmin::text, xmax::text FROM contract_bids ORDER BY 1, 2`,
    );
  }

  test('has the bids of the truth, each auction asked for once', async () => {
    expect(await bidDifferences()).toEqual([]);
    expect((await bidRows()).length).toBeGreaterThan(10);
    const paths = (await bidRequests()).map((request) => request.path);
    expect(paths.length).toBeGreaterThan(10);
    expect(new Set(paths).size).toBe(paths.length);
  });

  test('is not asked about bids again before their cache has expired', async () => {
    const [row] = await aggregation.query(
      `SELECT min(bids_due_at) > now() + interval '4 minutes' AS later FROM contracts WHERE bids_due_at IS NOT NULL`,
    );
    expect(row).toEqual({ later: true });
    const last = await lastRequest();
    // Something else that maintenance does shows that a tick has looked.
    await aggregation.query(
      `UPDATE types SET refreshed_at = '2026-01-01' WHERE type_id = (SELECT min(type_id) FROM types)`,
    );
    await waitUntil(
      async () =>
        (await aggregation.query(`SELECT FROM types WHERE refreshed_at < now() - interval '30 days'`))
          .length === 0,
      { what: 'the old type is refreshed' },
    );
    expect(await bidRequests(last)).toEqual([]);
  });

  test('keeps its rows where the bids are the same, whether ESI says so or sends them again', async () => {
    const before = await bidRows();
    const last = await lastRequest();
    // A third of the auctions loses its validator, so that ESI sends them whole.
    await aggregation.query(`UPDATE contracts SET bids_etag = NULL WHERE contract_id % 3 = 0`);
    await moveOn(301);
    await settleBids();
    const statuses = new Set((await bidRequests(last)).map((request) => request.status));
    expect(statuses).toEqual(new Set([200, 304]));
    // A new bid may have come in those five minutes; the others are the very same rows.
    expect(await bidRows()).toEqual(expect.arrayContaining(before));
    expect(await bidDifferences()).toEqual([]);
  });

  test('has the bids of the truth a day later', async () => {
    const before = (await bidRows()).length;
    const [{ generation } = {}] = await aggregation.query('SELECT generation FROM regions');
    await moveOn(86_400);
    await aggregation.letCachesExpire();
    await waitUntil(
      async () => {
        const [row] = await aggregation.query('SELECT generation FROM regions');
        return (row?.['generation'] as Date) > (generation as Date);
      },
      { what: 'the region shows a newer generation', timeoutMs: 20_000 },
    );
    await aggregation.settle(30_000);
    await settleBids();
    expect(await bidDifferences()).toEqual([]);
    expect((await bidRows()).length).not.toBe(before);
    expect((await bidRequests()).filter((request) => request.premature)).toEqual([]);
  }, 60_000);

  test('knows what mutaplasmids have made of each mutated item, asked for once', async () => {
    await waitUntil(
      async () =>
        (await aggregation.query(`SELECT FROM dynamic_items WHERE fetched_at IS NULL`)).length === 0,
      { what: 'the mutated items are fetched' },
    );
    const items = await aggregation.query(
      `SELECT item_id::float8 AS item_id, dynamic.type_id, source_type_id, mutator_type_id, types.name,
              jsonb_array_length(dynamic.raw -> 'dogma_attributes') AS attributes
         FROM dynamic_items AS dynamic JOIN types USING (type_id)`,
    );
    expect(items.length).toBeGreaterThan(3);
    for (const item of items) {
      expect(item).toMatchObject({
        source_type_id: expect.any(Number),
        mutator_type_id: expect.any(Number),
        name: expect.stringMatching(/Abyssal|Mutated/),
        attributes: 7,
      });
    }
    const asked = (await aggregation.requests()).filter((request) =>
      request.path.startsWith('/dogma/dynamic'),
    );
    expect(asked.map((request) => request.path).sort()).toEqual(
      items
        .map((item) => `/dogma/dynamic/items/${String(item['type_id'])}/${String(item['item_id'])}`)
        .sort(),
    );
  });

  test('says of each contract as of when the kinds of its types were known: before it was stored', async () => {
    const [counts] = await aggregation.query(`
      SELECT count(*)::int AS contracts,
             count(*) FILTER (WHERE kinds_as_of BETWEEN visible_since - interval '5 minutes' AND visible_since)::int AS known
        FROM contracts WHERE items_state = 'stored'`);
    expect(counts?.['contracts']).toBeGreaterThan(0);
    expect(counts?.['known']).toBe(counts?.['contracts']);
  });

  test('is derived again from what is stored, without asking ESI', async () => {
    const before = await aggregation.query(DERIVED);
    const [{ ships } = {}] = await aggregation.query(
      'SELECT count(*)::int AS ships FROM contracts WHERE ship_row_count > 0',
    );
    expect(ships).toBeGreaterThan(0);
    const last = await lastRequest();
    await aggregation.query(
      `UPDATE contracts SET classification_version = 0, included_row_count = 99, ship_row_count = 0, ship_type_id = NULL,
              contains_blueprint_copies = NOT contains_blueprint_copies, category_ids = '{99}',
              primary_type_id = NULL, primary_runs = NULL, least_runs = NULL, most_runs = 99,
              least_material_efficiency = 99, most_material_efficiency = NULL, least_time_efficiency = NULL,
              most_time_efficiency = 99 WHERE items_state = 'stored'`,
    );
    await waitUntil(
      async () =>
        (
          await aggregation.query(
            `SELECT FROM contracts WHERE items_state = 'stored' AND classification_version = 0`,
          )
        ).length === 0,
      { what: 'all contracts are derived again' },
    );
    expect(await aggregation.query(DERIVED)).toEqual(before);
    // Maintenance may fetch names and market groups at the same time; a derivation would need items and types.
    const requests = (await aggregation.requests()).filter((request) => request.seq > last);
    expect(
      requests.filter((request) => /^\/(contracts\/public\/items|universe\/types)\//.test(request.path)),
    ).toEqual([]);
  });
});
