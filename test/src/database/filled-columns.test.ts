import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { insertContracts } from '../api/naive/insert-contracts.js';
import { drawContracts, insertUniverse } from '../api/naive/small-world.js';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';

/** Migrations that fill columns which the version before lacked, and how a contract looks without them. */
const FILLING = [
  {
    what: 'the bounds of their terms',
    migration: '20261122087000_bounds_of_stored',
    version: 2,
    columns:
      'least_runs, most_runs, least_material_efficiency, most_material_efficiency, least_time_efficiency, most_time_efficiency',
    empty: `least_runs = NULL, most_runs = NULL, least_material_efficiency = NULL, most_material_efficiency = NULL,
            least_time_efficiency = NULL, most_time_efficiency = NULL`,
    isFilled: 'most_runs IS NOT NULL',
  },
  {
    what: 'the categories of their items and whether they are copies',
    migration: '20261122091000_categories_of_stored',
    version: 3,
    columns: 'category_ids, contains_blueprint_copies',
    empty: `category_ids = '{}', contains_blueprint_copies = false`,
    isFilled: `category_ids <> '{}'`,
  },
];

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await insertUniverse(database.url);
  await insertContracts(database.url, drawContracts(300, 7));
});

afterAll(() => database.drop());

test.each(FILLING)(
  'contracts that the version before has stored get $what, as a worker would store them',
  async ({ migration, version, columns, empty, isFilled }) => {
    const select = (where: string) =>
      runSql(
        database.url,
        `SELECT contract_id, ${columns} FROM contracts WHERE included_row_count > 0 AND ${where} ORDER BY contract_id`,
      );
    const isLeft = 'contract_id % 10 = 0';
    const asClassified = await select(`NOT ${isLeft}`);
    expect((await select(isFilled)).length).toBeGreaterThan(50);
    await runSql(database.url, `UPDATE contracts SET classification_version = ${version - 1}, ${empty}`);
    // What a worker has yet to derive stays its work.
    await runSql(database.url, `UPDATE contracts SET classification_version = 0 WHERE ${isLeft}`);
    const file = new URL(`../../../prisma/migrations/${migration}/migration.sql`, import.meta.url);
    await runSql(database.url, await readFile(file, 'utf8'));
    expect(await select(`NOT ${isLeft}`)).toEqual(asClassified);
    expect(await select(`${isLeft} AND ${isFilled}`)).toEqual([]);
    const versions = `SELECT DISTINCT classification_version AS version FROM contracts
      WHERE included_row_count > 0 AND NOT ${isLeft}`;
    expect(await runSql(database.url, versions)).toEqual([{ version }]);
  },
);
