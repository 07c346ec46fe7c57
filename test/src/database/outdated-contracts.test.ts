import { expect, test } from '@jest/globals';
import { connectDatabase, hasOutdatedContracts } from '@hangar-bay/database';
import { CLASSIFICATION_VERSION } from '@hangar-bay/domain';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';
import { walksThroughContracts } from '../setup/walks-through-contracts.js';
import { fillContracts } from './fill-contracts.js';

const OLDER = { items_state: 'stored', classification_version: CLASSIFICATION_VERSION - 1 } as const;

test('whether contracts are outdated is known without a walk through all, whatever statistics say', async () => {
  const database = await createTestDatabase();
  const db = connectDatabase({
    url: database.url,
    poolSize: 1,
    statementTimeoutMs: 5_000,
    applicationName: 'test',
  });
  try {
    await fillContracts(database.url, { from: 1, to: 10_000, ...OLDER });
    await runSql(database.url, 'ANALYZE contracts');
    await runSql(database.url, `UPDATE contracts SET classification_version = ${CLASSIFICATION_VERSION}`);
    await runSql(database.url, 'VACUUM contracts');
    const before = await walksThroughContracts(database.url);

    expect(await hasOutdatedContracts(db)).toBe(false);
    await fillContracts(database.url, { from: 10_001, to: 10_001, ...OLDER });
    expect(await hasOutdatedContracts(db)).toBe(true);

    await db.$disconnect();
    expect(await walksThroughContracts(database.url)).toBe(before);
  } finally {
    await db.$disconnect();
    await database.drop();
  }
});
