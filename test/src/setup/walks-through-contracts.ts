import { runSql } from './run-sql.js';

/** How often all contracts were walked through. Sessions that have ended have reported theirs. */
export async function walksThroughContracts(url: string): Promise<unknown> {
  const [row] = await runSql(url, `SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'contracts'`);
  return row?.['seq_scan'];
}
