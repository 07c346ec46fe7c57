import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contract, insert } from '../api/world.js';
import { waitUntil } from '../setup/wait-until.js';
import { startMaintainedDatabase, type MaintainedDatabase } from './maintained-database.js';

const NOW = '2026-08-18T11:05:00Z';
const bid = (bid_id: number, amount: number) => ({ bid_id, amount, date_bid: NOW });
const pathOf = (contractId: number) => `/contracts/public/bids/${contractId}`;
const fiveMinutes = { 'cache-control': 'public, max-age=300' };

let maintained: MaintainedDatabase;

beforeAll(async () => {
  maintained = await startMaintainedDatabase();
});

afterAll(() => maintained.stop());

type Auction = Record<string, unknown> & { readonly contract_id: number };

/** Inserts auctions that are due, and waits until no bids are. */
async function refresh(...auctions: readonly Auction[]): Promise<void> {
  await insert(
    maintained.databaseUrl,
    'contracts',
    auctions.map((fields) => contract({ type: 'auction', bids_due_at: null, bids_etag: null, ...fields })),
  );
  await waitUntil(
    async () =>
      (
        await maintained.query(
          `SELECT FROM contracts
            WHERE type = 'auction' AND visible_since IS NOT NULL AND gone_at IS NULL AND date_expired > now()
              AND coalesce(bids_due_at <= now(), true)`,
        )
      ).length === 0,
    { what: 'no bids are due' },
  );
}

async function auction(contractId: number): Promise<unknown> {
  const [row] = await maintained.query(
    `SELECT highest_bid::float8, bid_count, bids_etag, round(extract(epoch FROM bids_due_at - now()) / 60)::int AS due_in_minutes,
            ARRAY(SELECT bid_id::int FROM contract_bids AS bid WHERE bid.contract_id = contracts.contract_id ORDER BY 1) AS bids
       FROM contracts WHERE contract_id = ${contractId}`,
  );
  return row;
}

describe('the bids of an auction', () => {
  test('are asked for where it is outstanding, and nowhere else', async () => {
    maintained.esi.answers.set(pathOf(1), {
      headers: { ...fiveMinutes, etag: 'W/"one"' },
      body: [bid(7, 100.5), bid(8, 250)],
    });
    await refresh(
      { contract_id: 1 },
      { contract_id: 2, gone_at: NOW },
      { contract_id: 3, date_expired: NOW },
      { contract_id: 4, visible_since: null, items_state: 'pending' },
      { contract_id: 5, bids_due_at: '2100-01-01T00:00:00Z' },
      { contract_id: 6, type: 'item_exchange' },
    );
    expect(await auction(1)).toEqual({
      highest_bid: 250,
      bid_count: 2,
      bids_etag: 'W/"one"',
      due_in_minutes: 5,
      bids: [7, 8],
    });
    expect(maintained.esi.asked).toEqual([pathOf(1)]);
  });

  test('are all of those on all pages, without a validator that vouches for the first page only', async () => {
    const headers = { ...fiveMinutes, 'x-pages': '2', etag: '"page"' };
    maintained.esi.answers.set(pathOf(10), { headers, body: [bid(7, 100)] });
    maintained.esi.answers.set(`${pathOf(10)}?page=2`, { headers, body: [bid(8, 90)] });
    await refresh({ contract_id: 10 });
    expect(await auction(10)).toMatchObject({
      highest_bid: 100,
      bid_count: 2,
      bids_etag: null,
      bids: [7, 8],
    });
  });

  test.each([
    [204, 20],
    [403, 21],
    [404, 22],
  ])(
    'stay as they are where ESI answers %i, and are asked for again in 5 minutes',
    async (status, contract_id) => {
      // The contract is not due before its bids are there.
      await refresh({
        contract_id,
        highest_bid: 100,
        bid_count: 1,
        bids_etag: '"old"',
        bids_due_at: '2100-01-01T00:00:00Z',
      });
      await insert(maintained.databaseUrl, 'contract_bids', [{ contract_id, ...bid(7, 100) }]);
      maintained.esi.answers.set(pathOf(contract_id), { status });
      await maintained.query(`UPDATE contracts SET bids_due_at = now() WHERE contract_id = ${contract_id}`);
      await refresh();
      expect(await auction(contract_id)).toEqual({
        highest_bid: 100,
        bid_count: 1,
        bids_etag: '"old"',
        due_in_minutes: 5,
        bids: [7],
      });
    },
  );

  test('that are malformed go to the dead letter and wait an hour; those of others are stored', async () => {
    maintained.esi.answers.set(pathOf(30), {
      headers: fiveMinutes,
      body: [bid(7, 100), { bid_id: 'eight' }],
    });
    maintained.esi.answers.set(pathOf(31), { headers: fiveMinutes, body: { error: 'unexpected' } });
    maintained.esi.answers.set(pathOf(32), { headers: fiveMinutes, body: [bid(9, 5)] });
    await refresh({ contract_id: 30 }, { contract_id: 31 }, { contract_id: 32 });
    expect(await auction(30)).toMatchObject({ bid_count: 0, bids: [], due_in_minutes: 60 });
    expect(await auction(31)).toMatchObject({ bid_count: 0, bids: [], due_in_minutes: 5 });
    expect(await auction(32)).toMatchObject({ bid_count: 1, bids: [9], due_in_minutes: 5 });
    expect(await maintained.query('SELECT id, reason, contract_id::int, payload FROM dead_letters')).toEqual([
      {
        id: 'dlq-maintenance-bids-30',
        reason: 'invalid_bids',
        contract_id: 30,
        payload: [bid(7, 100), { bid_id: 'eight' }],
      },
    ]);
    maintained.esi.answers.set(pathOf(30), { headers: fiveMinutes, body: [bid(7, 100)] });
    await maintained.query('UPDATE contracts SET bids_due_at = now() WHERE contract_id = 30');
    await refresh();
    expect(await auction(30)).toMatchObject({ bid_count: 1, bids: [7] });
    // Nothing is left for an operator to do.
    expect(await maintained.query('SELECT FROM dead_letters')).toEqual([]);
  });

  test('are stored for all other auctions where ESI fails for some, each asked for once', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => 100 + index);
    for (const id of ids) {
      const failure = id % 10 === 0 ? { status: 400 } : { headers: fiveMinutes, body: [bid(id, id)] };
      maintained.esi.answers.set(pathOf(id), failure);
    }
    await refresh(...ids.map((contract_id) => ({ contract_id })));
    expect(
      await maintained.query('SELECT count(*)::int AS bids FROM contract_bids WHERE contract_id >= 100'),
    ).toEqual([{ bids: 27 }]);
    const asked = maintained.esi.asked.filter((path) => ids.some((id) => path === pathOf(id)));
    expect(asked.length).toBe(30);
  });

  // An index that held it would get an entry with each question, and so would all other indexes of contracts.
  test('leave the indexes of contracts alone when nothing has changed but when to ask again', async () => {
    const indexes = await maintained.query(
      `SELECT indexname, indexdef ~ 'bids_due_at|bids_etag|highest_bid|bid_count' AS holds_bids
         FROM pg_indexes WHERE tablename = 'contracts'`,
    );
    expect(indexes.length).toBeGreaterThan(10);
    expect(indexes.filter(({ holds_bids }) => holds_bids)).toEqual([]);
  });
});
