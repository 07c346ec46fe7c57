import type { Database } from '../client.js';
import { joinSql, sql } from '../sql.js';

/** What queries are planned over. PostgreSQL takes a table that was never looked at for a few pages of anything. */
const TABLES = [
  'contracts',
  'contract_items',
  'contract_bids',
  'types',
  'groups',
  'market_groups',
  'names',
  'locations',
] as const;

/** Smaller ones are planned well enough. */
const LEAST_ROWS = 500;

/**
 * Tables that have grown or changed by half since PostgreSQL last looked at them. Its autovacuum does that too, minutes
 * later; until then plans for an empty table are run over a full one.
 */
export async function findUnanalysedTables(db: Database): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>(sql`
    SELECT relname::text AS name FROM pg_stat_user_tables
     WHERE schemaname = current_schema() AND relname IN (${joinSql([...TABLES])}) AND n_live_tup >= ${LEAST_ROWS}
       AND n_mod_since_analyze > n_live_tup / 2`);
  return rows.map(({ name }) => name);
}

/** Takes a sample of some 30,000 rows of each, whatever its size, and blocks no reader and no writer. */
export async function analyseTables(db: Database, names: readonly string[]): Promise<void> {
  for (const name of TABLES.filter((table) => names.includes(table))) {
    await db.$executeRawUnsafe(`ANALYZE "${name}"`);
  }
}
