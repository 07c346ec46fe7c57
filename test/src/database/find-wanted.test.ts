import { expect, test } from '@jest/globals';
import { connectDatabase, findWanted } from '@hangar-bay/database';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';

const REGION = 10000002;
const WANTED = Array.from({ length: 16 }, (_, at) => 20_000 + at);
/** For each contract, on the way down an index and beside it. */
const MOST_ENTRIES = 10;

test('what is wanted is looked up by id, though statistics say that nothing waits while thousands do', async () => {
  const database = await createTestDatabase();
  try {
    await runSql(database.url, `INSERT INTO regions (region_id) VALUES (${REGION})`);
    await insertContracts(database.url, { from: 1, to: 10_000, state: 'stored' });
    await runSql(database.url, 'ANALYZE contracts');
    await insertContracts(database.url, { from: 10_001, to: 30_000, state: 'pending' });
    const before = await readEntries(database.url);
    const db = connectDatabase({
      url: database.url,
      poolSize: 1,
      statementTimeoutMs: 5_000,
      applicationName: 'test',
    });

    const found = await findWanted(db, WANTED);
    await db.$disconnect();

    expect(found.map(({ contract_id }) => contract_id)).toEqual(WANTED);
    expect((await readEntries(database.url)) - before).toBeLessThanOrEqual(WANTED.length * MOST_ENTRIES);
  } finally {
    await database.drop();
  }
});

interface Contracts {
  readonly from: number;
  readonly to: number;
  readonly state: 'stored' | 'pending';
}

/** Without triggers, which nothing here needs. */
async function insertContracts(url: string, { from, to, state }: Contracts): Promise<void> {
  await runSql(
    url,
    `SET session_replication_role = replica;
     INSERT INTO contracts (contract_id, region_id, type, issuer_id, issuer_corporation_id, date_issued, date_expired,
                            items_state)
     SELECT contract_id, ${REGION}, 'item_exchange', 1, 1, now(), now() + interval '14 days', '${state}'
       FROM generate_series(${from}, ${to}) AS contract_id`,
  );
}

/** Entries of indexes that were read. Sessions that have ended have reported theirs. */
async function readEntries(url: string): Promise<number> {
  const [row] = await runSql(
    url,
    `SELECT sum(idx_tup_read) AS entries FROM pg_stat_user_indexes WHERE relname IN ('contracts', 'contract_items')`,
  );
  return Number(row?.['entries']);
}
