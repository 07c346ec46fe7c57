import type { Database } from '../client.js';
import { sql, type Sql } from '../sql.js';

const HAS_EXPIRED: Sql = sql`ended_at IS NULL AND date_expired <= now()`;

/** Whether a contract has expired that is not marked as ended. */
export async function hasExpiredContracts(db: Database): Promise<boolean> {
  const [row] = await db.$queryRaw<[{ expired: boolean }]>(
    sql`SELECT EXISTS (SELECT FROM contracts WHERE ${HAS_EXPIRED}) AS expired`,
  );
  return row.expired;
}

/**
 * Marks up to `limit` expired contracts as ended, and with them their items. Rows that somebody else is writing are
 * left for the next time.
 *
 * @returns how many were marked.
 */
export async function endExpiredContracts(db: Database, limit: number): Promise<number> {
  return db.$executeRaw(sql`
    WITH expired AS MATERIALIZED (
      SELECT contract_id FROM contracts WHERE ${HAS_EXPIRED}
       ORDER BY date_expired LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE contracts SET ended_at = date_expired WHERE contract_id IN (SELECT contract_id FROM expired)`);
}
