import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  deleteEndedContracts,
  keepBids,
  storeBids,
  storeContractItems,
  trimChanges,
} from '@hangar-bay/database';
import { classifyContract } from '@hangar-bay/domain';
import { queryValue, runSql } from '../setup/run-sql.js';
import {
  FIRST,
  NOTHING,
  SOMETHING,
  courier,
  exchange,
  openChangeLog,
  type ChangeLogUnderTest,
} from './change-log-under-test.js';

const SECOND = new Date('2026-08-18T11:35:00Z');

let log: ChangeLogUnderTest;

beforeAll(async () => {
  log = await openChangeLog();
});

afterAll(() => log.close());

const ITEM = { record_id: 1, type_id: 34, quantity: 1, is_included: true, is_blueprint_copy: false };
const CLASSIFICATION = classifyContract([ITEM], () => ({ is_ship: false, category_id: 4 }));

const rows = [courier(1), courier(2), exchange(3), exchange(4)];

test('a sweep writes what appears, and the generation that is now shown', async () => {
  expect(await log.changesBy(log.sweep(FIRST, rows))).toEqual({
    changes: [
      ['appeared', 1],
      ['appeared', 2],
      ['other', null],
    ],
    notifications: 2,
  });
});

test('an unchanged sweep writes nothing and notifies nobody', async () => {
  expect(await log.changesBy(log.sweep(FIRST, rows))).toEqual(NOTHING);
});

test('a contract appears with its items, once', async () => {
  const store = () =>
    storeContractItems(log.db, [
      { contract_id: 3, items: [ITEM], classification: CLASSIFICATION, kinds_as_of: new Date() },
    ]);
  expect(await log.changesBy(store)).toEqual({ changes: [['appeared', 3]], notifications: 1 });
  expect(await log.changesBy(store)).toEqual(NOTHING);
});

test('what is no longer listed is gone, but for what was never shown; what is listed again comes back', async () => {
  expect(await log.changesBy(log.sweep(SECOND, [courier(1)]))).toEqual({
    changes: expect.arrayContaining([
      ['other', null],
      ['gone', 2],
      ['gone', 3],
    ]),
    notifications: 1,
  });
  const third = new Date(SECOND.getTime() + 1_800_000);
  expect(await log.changesBy(log.sweep(third, [courier(1), exchange(3), exchange(4)]))).toMatchObject({
    changes: [
      ['appeared', 3],
      ['other', null],
    ],
  });
});

test('bids count where they are others than before', async () => {
  const bid = { bid_id: 1, amount: 10, date_bid: '2026-08-18T11:00:00Z' };
  expect(await log.changesBy(() => storeBids(log.db, 3, [bid], '"b"', 300))).toEqual(SOMETHING);
  expect(await log.changesBy(() => storeBids(log.db, 3, [bid], '"c"', 300))).toEqual(NOTHING);
  expect(await log.changesBy(() => keepBids(log.db, 3, '"c"', 300))).toEqual(NOTHING);
  expect(await log.changesBy(() => storeBids(log.db, 3, [{ ...bid, bid_id: 2 }], '"d"', 300))).toEqual(
    SOMETHING,
  );
});

test('contracts that retention deletes count', async () => {
  await runSql(
    log.databaseUrl,
    `UPDATE contracts SET gone_at = now() - interval '99 days' WHERE contract_id = 2`,
  );
  expect(await log.changesBy(() => deleteEndedContracts(log.db, 90, 10))).toEqual(SOMETHING);
});

test('many contracts at once are one statement of the log, whatever came before', async () => {
  const many = Array.from({ length: 20_000 }, (_, index) => courier(100_000 + index));
  const fourth = new Date(SECOND.getTime() + 2 * 1_800_000);
  const appeared = await log.changesBy(log.sweep(fourth, [courier(1), exchange(3), exchange(4), ...many]));
  // And the new generation.
  expect(appeared.changes).toHaveLength(20_000 + 1);
  const fifth = new Date(SECOND.getTime() + 3 * 1_800_000);
  const gone = await log.changesBy(log.sweep(fifth, [courier(1), exchange(3), exchange(4)]));
  expect(gone.changes).toHaveLength(20_000 + 1);
  expect(gone.notifications).toBe(1);
});

test('the log is bounded by age and by number, and knows how much of it is gone', async () => {
  const count = async () =>
    Number(await queryValue(log.databaseUrl, 'SELECT count(*) AS value FROM changes'));
  const before = await count();
  expect(await trimChanges(log.db, { days: 1, rows: before })).toBe(0);
  await runSql(
    log.databaseUrl,
    `UPDATE changes SET at = now() - interval '2 days' WHERE xid <= (SELECT min(xid) FROM changes)`,
  );
  const old = await trimChanges(log.db, { days: 1, rows: before });
  expect(old).toBeGreaterThan(0);
  // Whole transactions: for 8 rows of the one before the last two there would have been room.
  await trimChanges(log.db, { days: 1, rows: 20_010 });
  expect(await count()).toBe(20_001 + 1);
  const bound = BigInt(
    String(await queryValue(log.databaseUrl, 'SELECT trimmed_before AS value FROM change_log')),
  );
  const first = BigInt(String(await queryValue(log.databaseUrl, 'SELECT min(xid) AS value FROM changes')));
  expect(bound).toBeGreaterThan(0n);
  expect(first).toBeGreaterThanOrEqual(bound);
  // And the last one alone has more.
  await trimChanges(log.db, { days: 1, rows: 10 });
  expect(await count()).toBe(0);
});
