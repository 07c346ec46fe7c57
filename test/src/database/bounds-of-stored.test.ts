import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { insertContracts } from '../api/naive/insert-contracts.js';
import { drawContracts, insertUniverse } from '../api/naive/small-world.js';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';

const MIGRATION = new URL(
  '../../../prisma/migrations/20261122087000_bounds_of_stored/migration.sql',
  import.meta.url,
);
const BOUNDS = `
  SELECT contract_id, least_runs, most_runs, least_material_efficiency, most_material_efficiency,
         least_time_efficiency, most_time_efficiency
    FROM contracts WHERE included_row_count > 0 ORDER BY contract_id`;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await insertUniverse(database.url);
  await insertContracts(database.url, drawContracts(300, 7));
});

afterAll(() => database.drop());

test('contracts that the version before has stored get the bounds that a worker would store', async () => {
  const asClassified = await runSql(database.url, BOUNDS);
  await runSql(
    database.url,
    `UPDATE contracts SET classification_version = 1, least_runs = NULL, most_runs = NULL,
            least_material_efficiency = NULL, most_material_efficiency = NULL, least_time_efficiency = NULL,
            most_time_efficiency = NULL`,
  );
  // What a worker has yet to derive stays its work.
  await runSql(database.url, 'UPDATE contracts SET classification_version = 0 WHERE contract_id % 10 = 0');
  await runSql(database.url, await readFile(MIGRATION, 'utf8'));
  expect(asClassified.filter((row) => row['most_runs'] !== null).length).toBeGreaterThan(50);
  const left = (contract: Record<string, unknown>) => Number(contract['contract_id']) % 10 === 0;
  const filled = await runSql(database.url, BOUNDS);
  expect(filled.filter((row) => !left(row))).toEqual(asClassified.filter((row) => !left(row)));
  expect(filled.filter(left).every((row) => row['most_runs'] === null)).toBe(true);
  const versions = await runSql(
    database.url,
    `SELECT DISTINCT classification_version AS version FROM contracts
      WHERE included_row_count > 0 AND contract_id % 10 <> 0`,
  );
  expect(versions).toEqual([{ version: 2 }]);
});
