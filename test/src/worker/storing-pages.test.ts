import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { startMaintainedDatabase, type MaintainedDatabase } from '../maintenance/maintained-database.js';
import { waitUntil } from '../setup/wait-until.js';

const REGION = 10000002;
const PAGES = 6;
const FRESH_SECONDS = 3600;
/** So long nothing can be stored. */
const HELD_SECONDS = 1;
const GENERATION = new Date(Math.floor(Date.now() / 1000) * 1000 - 60_000);

let maintained: MaintainedDatabase;
/** While it holds the table of pages, none can be stored. */
let holder: Client;

beforeEach(async () => {
  maintained = await startMaintainedDatabase();
  for (let page = 1; page <= PAGES; page += 1) {
    maintained.esi.answers.set(`/contracts/public/${REGION}${page === 1 ? '' : `?page=${page}`}`, {
      headers: {
        'cache-control': `public, max-age=${FRESH_SECONDS}`,
        'last-modified': GENERATION.toUTCString(),
        'x-pages': String(PAGES),
      },
      body: [courier(page)],
    });
  }
  // The first page is known and fresh, so that the others are asked for at once.
  await maintained.query(`
    INSERT INTO region_pages (region_id, page, last_modified, named, page_count, fresh_until, contract_ids)
    VALUES (${REGION}, 1, '${GENERATION.toISOString()}', true, ${PAGES}, now() + interval '1 hour', '{1}')`);
  holder = new Client({ connectionString: maintained.databaseUrl });
  await holder.connect();
});

afterEach(async () => {
  await holder.end();
  await maintained.stop();
});

function courier(contract_id: number): object {
  return {
    contract_id,
    type: 'courier',
    issuer_id: 2112000001,
    issuer_corporation_id: 98000001,
    date_issued: '2026-11-01T00:00:00Z',
    date_expired: '2126-11-01T00:00:00Z',
    days_to_complete: 3,
    price: 0,
    reward: 1000,
    collateral: 0,
    volume: 1,
    start_location_id: 60003760,
    end_location_id: 60008494,
  };
}

const askedPages = () => maintained.esi.asked.filter((path) => path.includes('?page='));

async function countWaiting(): Promise<number> {
  const waiting = await maintained.query(
    `SELECT FROM pg_locks WHERE NOT granted AND relation = 'region_pages'::regclass`,
  );
  return waiting.length;
}

async function readClock(): Promise<number> {
  const [row] = await maintained.query('SELECT extract(epoch FROM clock_timestamp())::float8 AS at');
  return Number(row?.['at']);
}

test('two pages of a region are stored at a time, and each is fresh from its answer on, not from when it is stored', async () => {
  await holder.query('BEGIN; LOCK TABLE region_pages IN SHARE MODE');
  await maintained.query('UPDATE regions SET next_due_at = now()');
  await waitUntil(async () => askedPages().length === 4 && (await countWaiting()) === 2, {
    what: 'four pages were asked for, and two of them are being stored',
  });
  const answeredAt = await readClock();
  let most = 0;
  await waitUntil(
    async () => {
      most = Math.max(most, await countWaiting());
      return (await readClock()) > answeredAt + HELD_SECONDS;
    },
    { what: 'pages have waited to be stored' },
  );
  expect(most).toBe(2);
  await holder.query('ROLLBACK');
  await waitUntil(async () => (await maintained.query('SELECT FROM region_pages')).length === PAGES, {
    what: 'all pages are stored',
  });
  const fresh = await maintained.query(
    `SELECT page, extract(epoch FROM fresh_until)::float8 - ${answeredAt} AS seconds FROM region_pages WHERE page > ${PAGES - 4}`,
  );
  expect(fresh).toHaveLength(4);
  for (const { seconds } of fresh) {
    expect(seconds).toBeLessThan(FRESH_SECONDS + HELD_SECONDS / 2);
  }
});
