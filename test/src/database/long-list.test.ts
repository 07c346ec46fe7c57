import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { completeSweep, connectDatabase, findPendingContracts, type Database } from '@hangar-bay/database';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';

const REGION = 10000002;
const GENERATION = new Date('2026-08-18T11:05:00Z');
const PAGES = 1_000;
const KNOWN = 12_000;

let database: TestDatabase;
let db: Database;

/** A region whose list has a million contracts, the first of which are stored, as are as many that it lacks. */
beforeAll(async () => {
  database = await createTestDatabase();
  db = connectDatabase({
    url: database.url,
    poolSize: 1,
    statementTimeoutMs: 20_000,
    applicationName: 'long-list-test',
  });
  await runSql(
    database.url,
    `
    SET session_replication_role = replica;
    INSERT INTO regions (region_id) VALUES (${REGION});
    INSERT INTO region_pages (region_id, page, last_modified, page_count, fresh_until, contract_ids)
    SELECT ${REGION}, page, '${GENERATION.toISOString()}', ${PAGES}, now(),
           ARRAY(SELECT (page - 1) * 1000 + row FROM generate_series(1, 1000) AS row ORDER BY row DESC)
      FROM generate_series(1, ${PAGES}) AS page;
    INSERT INTO contracts (contract_id, region_id, type, issuer_id, issuer_corporation_id, date_issued, date_expired,
                           items_state, first_seen_at)
    SELECT contract_id, ${REGION}, 'item_exchange', 1, 1, now(), now() + interval '14 days', 'pending',
           now() - contract_id % 2 * interval '1 hour'
      FROM (SELECT generate_series(1, ${KNOWN}) UNION ALL SELECT generate_series(2000001, ${2_000_000 + KNOWN}))
        AS ids (contract_id)`,
  );
  // What the planner knows of a list that is there for a while.
  await runSql(database.url, 'ANALYZE region_pages, contracts');
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

test('contracts that wait for their items are read in portions, each contract once', async () => {
  const portions: number[][] = [];
  for await (const portion of findPendingContracts(db, REGION, new Date(Date.now() + 60_000))) {
    portions.push(portion);
  }
  const ids = portions.flat();
  expect(ids).toHaveLength(2 * KNOWN);
  expect(new Set(ids).size).toBe(2 * KNOWN);
  expect(Math.max(...portions.map((portion) => portion.length))).toBeLessThanOrEqual(5_000);
});

/** Compared with a list of a million one by one, each contract would take seconds. */
test('the end of a sweep of a million contracts does not compare each with each', async () => {
  const sweep = await completeSweep(db, REGION, GENERATION, PAGES);
  expect(sweep).toMatchObject({ complete: true, gone: KNOWN });
});
