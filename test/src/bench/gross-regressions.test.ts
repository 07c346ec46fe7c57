import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig } from '@hangar-bay/api';
import request from 'supertest';
import { envOf } from '../api/api-under-test.js';
import { startAggregation } from '../end-to-end/aggregation.js';
import { runSql } from '../setup/run-sql.js';
import { waitUntil } from '../setup/wait-until.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { fillMarket } from './data/fill-market.js';

const REQUESTS = 10;
const MOST_REFUSED = 20;

/** Where it stands, with room for change and none for another order of magnitude. */
const MOST = {
  bytesOfARow: 2_000,
  rowsReadForARow: 250,
};

describe('reading, counted in rows, blocks and bytes', () => {
  let withHistory: TestDatabase;
  let without: TestDatabase;

  beforeAll(async () => {
    [withHistory, without] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await fillMarket(withHistory.url, { contracts: 12_000, outstanding: 1_000 }, 1);
    await fillMarket(without.url, { contracts: 1_000, outstanding: 1_000 }, 1);
  }, 60_000);

  afterAll(() => Promise.all([withHistory.drop(), without.drop()]));

  /**
   * What PostgreSQL read for each of some equal requests, from indexes and tables, and the blocks of indexes of contracts
   * among that. Sessions report it as they end.
   */
  async function ask(database: TestDatabase, path: string) {
    const before = await readCounts(database);
    const app = createApiApp(readApiConfig(envOf(database.url)));
    try {
      const { url } = await app.start();
      const bytes = await askOften(`${url}${path}`);
      await app.stop();
      const after = await readCounts(database);
      return {
        rows: (after.rows - before.rows) / REQUESTS,
        blocks: (after.blocks - before.blocks) / REQUESTS,
        bytes: bytes / REQUESTS,
      };
    } catch (error) {
      await app.stop();
      throw error;
    }
  }

  /** Bytes of all answers. */
  async function askOften(url: string): Promise<number> {
    let bytes = 0;
    for (let answered = 0, refused = 0; answered < REQUESTS;) {
      const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
      const body = await response.arrayBuffer();
      if (response.ok) {
        answered += 1;
        bytes += body.byteLength;
      } else {
        // A machine that has too much else to do is no regression.
        refused += 1;
        expect(refused).toBeLessThan(MOST_REFUSED);
      }
    }
    return bytes;
  }

  async function readCounts({ url }: TestDatabase) {
    const [row] = await runSql(
      url,
      `SELECT (SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables)
            + (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes) AS rows,
          (SELECT sum(idx_blks_read + idx_blks_hit) FROM pg_statio_user_indexes WHERE relname = 'contracts') AS blocks`,
    );
    return { rows: Number(row?.['rows']), blocks: Number(row?.['blocks']) };
  }

  test('a page costs so many rows and bytes for each of its own, and no more', async () => {
    const { rows, bytes } = await ask(without, '/api/v1/contracts?limit=50');
    expect(rows / 50).toBeLessThan(MOST.rowsReadForARow);
    expect(bytes / 50).toBeLessThan(MOST.bytesOfARow);
  });

  test.each(['/api/v1/contracts', '/api/v1/contracts?sort=price', '/api/v1/contracts/ships'])(
    '%s does not cost more for what has ended',
    async (path) => {
      const [now, later] = [await ask(without, path), await ask(withHistory, path)];
      // Ten times the table; a few more rows where the contracts of the page hold more items.
      expect(later.rows).toBeLessThan(now.rows * 4);
    },
  );

  // A filter on what is sorted by ends where the first pages or the last ones do: from there it could be walked to the page.
  test.each([
    'min_price=0&sort=price',
    'max_price=1000000000000&sort=-price',
    'min_price=0&sort=-price',
    'issued_after=2000-01-01T00:00:00Z&sort=-date_issued',
    'expires_after=2000-01-01T00:00:00Z&sort=-date_expired',
    'issued_before=2100-01-01T00:00:00Z&sort=date_issued',
  ])('pages of a large list cost the same near its top and deep in it: %s', async (query) => {
    const path = `/api/v1/contracts?status=any&${query}&limit=1`;
    const [near, deep] = await cursorsOf(withHistory, [`${path}&page=2`, `${path}&page=9000`]);
    const atTop = await ask(withHistory, `${path}&cursor=${near}`);
    const atDepth = await ask(withHistory, `${path}&cursor=${deep}`);
    const [least, most] = [atTop.blocks, atDepth.blocks].toSorted((a, b) => a - b);
    expect(most).toBeLessThan((least ?? 0) * 1.5);
  });

  /** Where the pages after these start. */
  async function cursorsOf(database: TestDatabase, paths: readonly string[]): Promise<string[]> {
    const app = createApiApp(readApiConfig(envOf(database.url)));
    try {
      const { url } = await app.start();
      const answers = await Promise.all(paths.map((path) => request(url).get(path).expect(200)));
      return answers.map(({ body }) => (body as { page: { next_cursor: string } }).page.next_cursor);
    } finally {
      await app.stop();
    }
  }
});

describe('taking in, counted in requests and rows', () => {
  test('each contract is asked for once and written a bounded number of times', async () => {
    const [backend] = testQueueUrls();
    if (backend === undefined) {
      throw new Error('There is no queue to test with.');
    }
    const aggregation = await startAggregation(backend.open, { regionIds: [10000002], contracts: 500 });
    try {
      await aggregation.worker.start();
      await aggregation.settle();
      const requests = await aggregation.requests();
      // Sessions report what they counted ten seconds after their last statement, at the latest.
      const isReported = async () => {
        const { inserted, rows } = await written('contract_items');
        return inserted >= rows;
      };
      await waitUntil(isReported, { what: 'all rows are reported', timeoutMs: 15_000 });
      const [contracts, items] = [await written('contracts'), await written('contract_items')];
      // A page each.
      const asked = requests.map(({ path }) => path).filter((path) => path.includes('/items/'));
      expect(asked.length).toBe(new Set(asked).size);
      expect(contracts.inserted).toBe(contracts.rows);
      expect(contracts.updated).toBeLessThanOrEqual(contracts.rows * 2);
      expect(items.inserted).toBe(items.rows);
      expect(items.updated).toBe(0);
    } finally {
      await aggregation.stop();
    }

    async function written(table: string) {
      const [row] = await aggregation.query(
        `SELECT n_tup_ins AS inserted, n_tup_upd AS updated, (SELECT count(*) FROM ${table}) AS rows
           FROM pg_stat_user_tables WHERE relname = '${table}'`,
      );
      const of = (column: string) => Number(row?.[column]);
      return { inserted: of('inserted'), updated: of('updated'), rows: of('rows') };
    }
  }, 180_000);
});
