import { expect, test } from '@jest/globals';
import { connectDatabase, findWanted } from '@hangar-bay/database';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';
import { fillContracts } from './fill-contracts.js';

const WANTED = Array.from({ length: 16 }, (_, at) => 20_000 + at);
/** For each contract, on the way down an index and beside it. */
const MOST_ENTRIES = 10;

test('what is wanted is looked up by id, though statistics say that nothing waits while thousands do', async () => {
  const database = await createTestDatabase();
  try {
    await fillContracts(database.url, { from: 1, to: 10_000, items_state: 'stored' });
    await runSql(database.url, 'ANALYZE contracts');
    await fillContracts(database.url, { from: 10_001, to: 30_000, items_state: 'pending' });
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

/** Entries of indexes that were read. Sessions that have ended have reported theirs. */
async function readEntries(url: string): Promise<number> {
  const [row] = await runSql(
    url,
    `SELECT sum(idx_tup_read) AS entries FROM pg_stat_user_indexes WHERE relname IN ('contracts', 'contract_items')`,
  );
  return Number(row?.['entries']);
}
