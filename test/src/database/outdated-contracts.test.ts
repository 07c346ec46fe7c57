import { expect, test } from '@jest/globals';
import { connectDatabase, hasOutdatedContracts } from '@hangar-bay/database';
import { CLASSIFICATION_VERSION } from '@hangar-bay/domain';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';
import { walksThroughContracts } from '../setup/walks-through-contracts.js';

const REGION = 10000002;

test('whether contracts are outdated is known without a walk through all, whatever statistics say', async () => {
  const database = await createTestDatabase();
  const db = connectDatabase({
    url: database.url,
    poolSize: 1,
    statementTimeoutMs: 5_000,
    applicationName: 'test',
  });
  try {
    await runSql(database.url, `INSERT INTO regions (region_id) VALUES (${REGION})`);
    await insertStored(database.url, { from: 1, to: 10_000, version: CLASSIFICATION_VERSION - 1 });
    await runSql(database.url, 'ANALYZE contracts');
    await runSql(database.url, `UPDATE contracts SET classification_version = ${CLASSIFICATION_VERSION}`);
    await runSql(database.url, 'VACUUM contracts');
    const before = await walksThroughContracts(database.url);

    expect(await hasOutdatedContracts(db)).toBe(false);
    await insertStored(database.url, { from: 10_001, to: 10_001, version: CLASSIFICATION_VERSION - 1 });
    expect(await hasOutdatedContracts(db)).toBe(true);

    await db.$disconnect();
    expect(await walksThroughContracts(database.url)).toBe(before);
  } finally {
    await db.$disconnect();
    await database.drop();
  }
});

interface Stored {
  readonly from: number;
  readonly to: number;
  readonly version: number;
}

/** Without triggers, which nothing here needs. */
async function insertStored(url: string, { from, to, version }: Stored): Promise<void> {
  await runSql(
    url,
    `SET session_replication_role = replica;
     INSERT INTO contracts (contract_id, region_id, type, issuer_id, issuer_corporation_id, date_issued, date_expired,
                            items_state, classification_version)
     SELECT contract_id, ${REGION}, 'item_exchange', 1, 1, now(), now() + interval '14 days', 'stored', ${version}
       FROM generate_series(${from}, ${to}) AS contract_id`,
  );
}
