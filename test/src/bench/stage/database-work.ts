import { setTimeout as wait } from 'node:timers/promises';
import { queryValue, runSql } from '../../setup/run-sql.js';

/** Rows inserted, updated and deleted, by table; only tables where there were any. */
export type RowsWritten = Readonly<Record<string, number>>;

/** A session reports what it counted ten seconds after its last statement, at the latest (PGSTAT_IDLE_INTERVAL). */
const REPORTED_MS = 11_000;

/** Bytes of write-ahead log since the cluster was made. */
export async function readWalPosition(databaseUrl: string): Promise<number> {
  return Number(await queryValue(databaseUrl, `SELECT pg_current_wal_insert_lsn() - '0/0' AS value`));
}

/** What others write to the database while `work` goes on. Takes 22 seconds more than that. */
export async function countRowsWritten(
  databaseUrl: string,
  work: () => Promise<unknown>,
): Promise<RowsWritten> {
  await wait(REPORTED_MS);
  const before = await readCounts(databaseUrl);
  await work();
  await wait(REPORTED_MS);
  const after = await readCounts(databaseUrl);
  return Object.fromEntries(
    [...after]
      .map(([table, count]): [string, number] => [table, count - (before.get(table) ?? 0)])
      .filter(([, count]) => count > 0),
  );
}

async function readCounts(databaseUrl: string): Promise<Map<string, number>> {
  const tables = await runSql(
    databaseUrl,
    `SELECT relname, n_tup_ins + n_tup_upd + n_tup_del AS rows FROM pg_stat_user_tables WHERE schemaname = 'public'`,
  );
  return new Map(tables.map(({ relname, rows }) => [String(relname), Number(rows)]));
}
