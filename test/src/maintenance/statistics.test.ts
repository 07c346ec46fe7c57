import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { contract, insert } from '../api/world.js';
import { waitUntil } from '../setup/wait-until.js';
import { startMaintainedDatabase, type MaintainedDatabase } from './maintained-database.js';

let maintained: MaintainedDatabase;

beforeAll(async () => {
  // Where autovacuum comes first, once a minute, nothing is left to look at.
  maintained = await startMaintainedDatabase({}, 'ALTER TABLE contracts SET (autovacuum_enabled = false)');
});

afterAll(() => maintained.stop());

async function lastAnalysed(table: string): Promise<unknown> {
  const [row] = await maintained.query(
    `SELECT last_analyze FROM pg_stat_user_tables WHERE relname = '${table}'`,
  );
  return row?.['last_analyze'];
}

test('a table that was filled is looked at before the first queries run over it, one that is small is not', async () => {
  const contracts = Array.from({ length: 2_000 }, (_, index) => contract({ contract_id: index + 1 }));
  await insert(maintained.databaseUrl, 'contracts', contracts);
  await waitUntil(async () => (await lastAnalysed('contracts')) !== null, {
    what: 'PostgreSQL has looked at the contracts',
    timeoutMs: 20_000,
  });
  const [estimate] = await maintained.query(
    `SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'contracts'`,
  );
  expect(estimate).toEqual({ rows: 2_000 });
  expect(await lastAnalysed('contract_bids')).toBeNull();
});
