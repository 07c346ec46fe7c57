import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createChangeListener, saveNames, trimChanges, type ChangeListener } from '@hangar-bay/database';
import { queryValue, runSql } from '../setup/run-sql.js';
import { waitUntil } from '../setup/wait-until.js';
import {
  FIRST,
  NOTHING,
  SOMETHING,
  courier,
  openChangeLog,
  type ChangeLogUnderTest,
} from './change-log-under-test.js';

let log: ChangeLogUnderTest;
let looker: ChangeListener | undefined;

beforeAll(async () => {
  log = await openChangeLog();
  await log.sweep(FIRST, [courier(1)])();
});

afterAll(async () => {
  await looker?.close();
  await log.close();
});

test('names count when they are there, and not while they are asked for', async () => {
  const names = [
    { id: 90000001, name: 'Some Pilot', category: 'character' },
    { id: 98000001, name: 'Some Corporation', category: 'corporation' },
  ];
  expect(await log.changesBy(() => saveNames(log.db, [], [90000001]))).toEqual(NOTHING);
  expect(await log.changesBy(() => saveNames(log.db, names, []))).toEqual(SOMETHING);
  expect(await log.changesBy(() => saveNames(log.db, names, []))).toEqual(NOTHING);
});

test('sweeps of a region count when they change which regions are current', async () => {
  const sweptAt = (when: string) => () =>
    runSql(log.databaseUrl, `UPDATE regions SET last_sweep_at = ${when}, next_due_at = now()`);
  expect(await log.changesBy(sweptAt(`now()`))).toEqual(NOTHING);
  expect(await log.changesBy(sweptAt(`now() - interval '2 days'`))).toEqual(SOMETHING);
  expect(await log.changesBy(sweptAt(`now() - interval '3 days'`))).toEqual(NOTHING);
  expect(await log.changesBy(sweptAt(`now()`))).toEqual(SOMETHING);
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
  const { changes } = await log.changesBy(() => runSql(log.databaseUrl, statement));
  expect(changes).toEqual([['other', null]]);
  expect(
    await queryValue(
      log.databaseUrl,
      'SELECT is_of_names AS value FROM changes ORDER BY change_id DESC LIMIT 1',
    ),
  ).toBe(isOfNames);
});

test('a look tells what happened since another, and whether that is still known', async () => {
  const changed = () => runSql(log.databaseUrl, `UPDATE names SET name = name || '.' WHERE id = 90000001`);
  const connections: boolean[] = [];
  looker = createChangeListener({
    url: log.databaseUrl,
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
    log.databaseUrl,
    `INSERT INTO changes (xid, kind, contract_id) VALUES (${10n ** 15n}, 'gone', 1)`,
  );
  const third = await looker.readState(second);
  expect(third).toMatchObject({ changed: false });

  await changed();
  await changed();
  await trimChanges(log.db, { days: 1, rows: 0 });
  expect(await queryValue(log.databaseUrl, 'SELECT count(*)::int AS value FROM changes')).toBe(0);
  expect(await looker.readState(third)).toMatchObject({ changed: true, lost: true });

  await runSql(
    log.databaseUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test-looker'`,
  );
  await waitUntil(() => connections.length === 3);
  expect(connections).toEqual([true, false, true]);
  expect((await looker.readState(null)).position.history).toBe(first.position.history);
  await looker.close();
  await expect(looker.readState(null)).rejects.toThrow('no connection');
});
