import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  addRegions,
  completeSweep,
  createChangeListener,
  connectDatabase,
  deleteEndedContracts,
  keepBids,
  saveNames,
  storeBids,
  storeContractItems,
  storePage,
  trimChanges,
  type ChangeListener,
  type Database,
} from '@hangar-bay/database';
import { Client } from 'pg';
import { queryValue, runSql } from '../setup/run-sql.js';
import { waitUntil } from '../setup/wait-until.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';

const REGION = 10000002;
const FIRST = new Date('2026-08-18T11:05:00Z');
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();
const SECOND = new Date('2026-08-18T11:35:00Z');

let database: TestDatabase;
let db: Database;
let listener: Client;
let notifications = 0;
let looker: ChangeListener | undefined;

beforeAll(async () => {
  database = await createTestDatabase();
  db = connectDatabase({
    url: database.url,
    // One session, which keeps the plans of its first statements.
    poolSize: 1,
    statementTimeoutMs: 20_000,
    applicationName: 'test',
  });
  listener = new Client({ connectionString: database.url });
  await listener.connect();
  listener.on('notification', () => (notifications += 1));
  await listener.query('LISTEN hangar_bay_changes');
  await addRegions(db, [REGION], { listed: true });
  await runSql(database.url, `UPDATE regions SET last_sweep_at = now()`);
});

afterAll(async () => {
  await looker?.close();
  await listener.end();
  await db.$disconnect();
  await database.drop();
});

/** What the log gains by some work, and how often it was notified of. */
async function changesBy(work: () => Promise<unknown>) {
  const last = await queryValue(database.url, 'SELECT coalesce(max(change_id), 0) AS value FROM changes');
  await listener.query('SELECT 1');
  notifications = 0;
  await work();
  // What was notified of before this statement ended is here with its answer.
  await listener.query('SELECT 1');
  const rows = await runSql(
    database.url,
    `SELECT kind, contract_id FROM changes WHERE change_id > ${String(last)} ORDER BY change_id`,
  );
  return {
    changes: rows.map(({ kind, contract_id }) => [kind, contract_id === null ? null : Number(contract_id)]),
    notifications,
  };
}

const NOTHING = { changes: [], notifications: 0 };
const SOMETHING = { changes: [['other', null]], notifications: 1 };

const courier = (contract_id: number) => ({
  ...listed(contract_id),
  type: 'courier' as const,
  has_items: false,
});
const exchange = (contract_id: number) => ({
  ...listed(contract_id),
  type: 'item_exchange' as const,
  has_items: true,
});

function listed(contract_id: number) {
  return {
    contract_id,
    issuer_id: 90000001,
    issuer_corporation_id: 98000001,
    for_corporation: false,
    date_issued: '2026-08-01T00:00:00Z',
    date_expired: TOMORROW,
    title: 'a title',
    price: 5,
    volume: 1,
    start_location_id: 60003760,
    end_location_id: 60003760,
  };
}

function sweep(generation: Date, contracts: ReturnType<typeof courier | typeof exchange>[]) {
  return async () => {
    await storePage(db, {
      region_id: REGION,
      page: 1,
      etag: '"1"',
      last_modified: generation,
      named: true,
      page_count: 1,
      fresh_seconds: 1_800,
      contracts,
      contract_ids: contracts.map((contract) => contract.contract_id),
      gaps: [],
    });
    // As autovacuum does after many rows.
    await runSql(database.url, 'ANALYZE contracts');
    await completeSweep(db, REGION, generation, 1);
  };
}

const CLASSIFICATION = {
  ship: null,
  primary: null,
  included_row_count: 1,
  requested_row_count: 0,
  ship_row_count: 0,
  contains_additional_items: false,
};
const ITEM = { record_id: 1, type_id: 34, quantity: 1, is_included: true, is_blueprint_copy: false };

const rows = [courier(1), courier(2), exchange(3), exchange(4)];

test('a sweep writes what appears, and the generation that is now shown', async () => {
  expect(await changesBy(sweep(FIRST, rows))).toEqual({
    changes: [
      ['appeared', 1],
      ['appeared', 2],
      ['other', null],
    ],
    notifications: 2,
  });
});

test('an unchanged sweep writes nothing and notifies nobody', async () => {
  expect(await changesBy(sweep(FIRST, rows))).toEqual(NOTHING);
});

test('a contract appears with its items, once', async () => {
  const store = () =>
    storeContractItems(db, [{ contract_id: 3, items: [ITEM], classification: CLASSIFICATION }]);
  expect(await changesBy(store)).toEqual({ changes: [['appeared', 3]], notifications: 1 });
  expect(await changesBy(store)).toEqual(NOTHING);
});

test('what is no longer listed is gone, but for what was never shown; what is listed again comes back', async () => {
  expect(await changesBy(sweep(SECOND, [courier(1)]))).toEqual({
    changes: expect.arrayContaining([
      ['other', null],
      ['gone', 2],
      ['gone', 3],
    ]),
    notifications: 1,
  });
  const third = new Date(SECOND.getTime() + 1_800_000);
  expect(await changesBy(sweep(third, [courier(1), exchange(3), exchange(4)]))).toMatchObject({
    changes: [
      ['appeared', 3],
      ['other', null],
    ],
  });
});

test('bids count where they are others than before', async () => {
  const bid = { bid_id: 1, amount: 10, date_bid: '2026-08-18T11:00:00Z' };
  expect(await changesBy(() => storeBids(db, 3, [bid], '"b"', 300))).toEqual(SOMETHING);
  expect(await changesBy(() => storeBids(db, 3, [bid], '"c"', 300))).toEqual(NOTHING);
  expect(await changesBy(() => keepBids(db, 3, '"c"', 300))).toEqual(NOTHING);
  expect(await changesBy(() => storeBids(db, 3, [{ ...bid, bid_id: 2 }], '"d"', 300))).toEqual(SOMETHING);
});

test('names count when they are there, and not while they are asked for', async () => {
  const names = [
    { id: 90000001, name: 'Some Pilot', category: 'character' },
    { id: 98000001, name: 'Some Corporation', category: 'corporation' },
  ];
  expect(await changesBy(() => saveNames(db, [], [90000001]))).toEqual(NOTHING);
  expect(await changesBy(() => saveNames(db, names, []))).toEqual(SOMETHING);
  expect(await changesBy(() => saveNames(db, names, []))).toEqual(NOTHING);
});

test('sweeps of a region count when they change which regions are current', async () => {
  const sweptAt = (when: string) => () =>
    runSql(database.url, `UPDATE regions SET last_sweep_at = ${when}, next_due_at = now()`);
  expect(await changesBy(sweptAt(`now()`))).toEqual(NOTHING);
  expect(await changesBy(sweptAt(`now() - interval '2 days'`))).toEqual(SOMETHING);
  expect(await changesBy(sweptAt(`now() - interval '3 days'`))).toEqual(NOTHING);
  expect(await changesBy(sweptAt(`now()`))).toEqual(SOMETHING);
});

test('contracts that retention deletes count', async () => {
  await runSql(
    database.url,
    `UPDATE contracts SET gone_at = now() - interval '99 days' WHERE contract_id = 2`,
  );
  expect(await changesBy(() => deleteEndedContracts(db, 90, 10))).toEqual(SOMETHING);
});

test('many contracts at once are one statement of the log, whatever came before', async () => {
  const many = Array.from({ length: 20_000 }, (_, index) => courier(100_000 + index));
  const fourth = new Date(SECOND.getTime() + 2 * 1_800_000);
  const appeared = await changesBy(sweep(fourth, [courier(1), exchange(3), exchange(4), ...many]));
  // And the new generation.
  expect(appeared.changes).toHaveLength(20_000 + 1);
  const fifth = new Date(SECOND.getTime() + 3 * 1_800_000);
  const gone = await changesBy(sweep(fifth, [courier(1), exchange(3), exchange(4)]));
  expect(gone.changes).toHaveLength(20_000 + 1);
  expect(gone.notifications).toBe(1);
});

test('the log is bounded by age and by number, and knows how much of it is gone', async () => {
  const count = async () => Number(await queryValue(database.url, 'SELECT count(*) AS value FROM changes'));
  const before = await count();
  expect(await trimChanges(db, { days: 1, rows: before })).toBe(0);
  await runSql(
    database.url,
    `UPDATE changes SET at = now() - interval '2 days' WHERE xid <= (SELECT min(xid) FROM changes)`,
  );
  const old = await trimChanges(db, { days: 1, rows: before });
  expect(old).toBeGreaterThan(0);
  await trimChanges(db, { days: 1, rows: 10 });
  // Whole transactions: the last one alone has more.
  expect(await count()).toBeLessThan(before);
  const bound = BigInt(
    String(await queryValue(database.url, 'SELECT trimmed_before AS value FROM change_log')),
  );
  const first = BigInt(
    String(await queryValue(database.url, 'SELECT coalesce(min(xid), 0) AS value FROM changes')),
  );
  expect(first === 0n || first >= bound).toBe(true);
});

test.each([
  ['names', true, `INSERT INTO names (id, name, category) VALUES (1, 'One', 'character')`],
  ['locations', true, `INSERT INTO locations (location_id, kind, name) VALUES (1, 'station', 'One')`],
  [
    'systems',
    true,
    `INSERT INTO systems (system_id, name, constellation_id, region_id, security_status, raw) VALUES (1, 'One', 1, 1, 0.5, '{}')`,
  ],
  ['categories', true, `INSERT INTO categories (category_id, name, raw) VALUES (1, 'One', '{}')`],
  ['groups', true, `INSERT INTO groups (group_id, name, category_id, raw) VALUES (1, 'One', 1, '{}')`],
  ['types', true, `INSERT INTO types (type_id, name, group_id, raw) VALUES (1, 'One', 1, '{}')`],
  ['market_groups', false, `INSERT INTO market_groups (market_group_id, name, raw) VALUES (1, 'One', '{}')`],
  [
    'contract_bids',
    false,
    `INSERT INTO contract_bids (contract_id, bid_id, amount, date_bid) VALUES (1, 9, 1, now())`,
  ],
])('of %s the log says whether rows of lists show them: %s', async (_table, isOfNames, statement) => {
  const { changes } = await changesBy(() => runSql(database.url, statement));
  expect(changes).toEqual([['other', null]]);
  expect(
    await queryValue(
      database.url,
      'SELECT is_of_names AS value FROM changes ORDER BY change_id DESC LIMIT 1',
    ),
  ).toBe(isOfNames);
});

test('a look tells what happened since another, and whether that is still known', async () => {
  const changed = () => runSql(database.url, `UPDATE names SET name = name || '.' WHERE id = 90000001`);
  const connections: boolean[] = [];
  looker = createChangeListener({
    url: database.url,
    applicationName: 'test-looker',
    onChange: () => undefined,
    onConnection: (connected) => connections.push(connected),
  });
  looker.start();
  await waitUntil(() => connections.length === 1);
  const first = await looker.readState(null);
  expect(first).toMatchObject({ changed: true, lost: false });
  expect(await looker.readState(first)).toMatchObject({ changed: false, renamed: false, lost: false });
  await changed();
  const second = await looker.readState(first);
  expect(second).toMatchObject({ changed: true, renamed: true, lost: false });

  // A row that a backup brought along, from a cluster that had counted further.
  await runSql(
    database.url,
    `INSERT INTO changes (xid, kind, contract_id) VALUES (${10n ** 15n}, 'gone', 1)`,
  );
  const third = await looker.readState(second);
  expect(third).toMatchObject({ changed: false });

  await changed();
  await changed();
  await trimChanges(db, { days: 1, rows: 0 });
  expect(await queryValue(database.url, 'SELECT count(*)::int AS value FROM changes')).toBe(0);
  expect(await looker.readState(third)).toMatchObject({ changed: true, lost: true });

  await runSql(
    database.url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-looker'`,
  );
  await waitUntil(() => connections.length === 3);
  expect(connections).toEqual([true, false, true]);
  expect((await looker.readState(null)).position.history).toBe(first.position.history);
  await looker.close();
  await expect(looker.readState(null)).rejects.toThrow('no connection');
});
