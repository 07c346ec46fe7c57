import { expect, test } from '@jest/globals';
import { connectDatabase, forgetUnlisted } from '@hangar-bay/database';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';

test('rows of lists leave the dead letter when none can hold them any more, what a contract is about does not', async () => {
  const database = await createTestDatabase();
  const db = connectDatabase({
    url: database.url,
    poolSize: 1,
    statementTimeoutMs: 5_000,
    applicationName: 'test',
  });
  const left = async () =>
    (await runSql(database.url, 'SELECT id FROM dead_letters ORDER BY id')).map(({ id }) => id);
  try {
    await runSql(
      database.url,
      `INSERT INTO dead_letters (id, queue, reason, error, payload, correlation_id, last_at)
       SELECT queue || '-' || days, queue, 'some_reason', '', '{}', '', now() - make_interval(days => days)
         FROM unnest(ARRAY[1, 29, 31, 91]) AS days, unnest(ARRAY['region-sweep', 'contract', 'maintenance']) AS queue`,
    );
    const others = ['contract', 'maintenance'].flatMap((queue) =>
      [1, 29, 31, 91].map((days) => `${queue}-${days}`),
    );

    expect(await forgetUnlisted(db, 90)).toBe(1);
    expect(await left()).toEqual([...others, 'region-sweep-1', 'region-sweep-29', 'region-sweep-31']);
    // However short retention is, a list may still hold what was met a few weeks ago.
    expect(await forgetUnlisted(db, 1)).toBe(1);
    expect(await left()).toEqual([...others, 'region-sweep-1', 'region-sweep-29']);
  } finally {
    await db.$disconnect();
    await database.drop();
  }
});
