import { migrateDatabase, readMigrationStatus } from '@hangar-bay/database';
import { migrateQueues } from '@hangar-bay/queues';
import { queryValue, runSql } from '../../setup/run-sql.js';
import { withDatabase } from '../../setup/with-database.js';
import { fillMarket, type MarketSize } from './fill-market.js';

/** Raise it when what is built from a seed changes. */
const DATA_VERSION = 2;
/** What is on offer expires two days after it was built, at the earliest. */
const MAX_AGE_HOURS = 36;

/**
 * A database that holds a market of this size: as an earlier run left it, where that is fit for use, brought to the
 * newest migration, or built now. Whoever writes to it takes a copy.
 */
export async function openMarketDatabase(
  adminUrl: string,
  size: MarketSize,
  { seed, log }: { readonly seed: number; readonly log: (text: string) => void },
): Promise<string> {
  const name = `market_${size.contracts}_${size.outstanding}_seed${seed}_v${DATA_VERSION}`;
  const url = withDatabase(adminUrl, name);
  if (!(await isFit(adminUrl, name))) {
    const startedAt = performance.now();
    await runSql(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await runSql(adminUrl, `CREATE DATABASE ${name} TEMPLATE template0`);
    await migrateDatabase(url);
    await migrateQueues(url);
    await fillMarket(url, size, seed);
    await runSql(adminUrl, `COMMENT ON DATABASE ${name} IS '${new Date().toISOString()}'`);
    log(`built ${name} in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  } else if ((await readMigrationStatus(url)).pending.length > 0) {
    await migrateDatabase(url);
    await runSql(url, 'VACUUM (ANALYZE)');
    log(`migrated ${name}`);
  }
  return url;
}

/** Drops what earlier runs left, so that all is built anew. */
export async function dropMarketDatabases(adminUrl: string): Promise<void> {
  const names = await runSql(
    adminUrl,
    `SELECT datname AS name FROM pg_database WHERE datname LIKE 'market\\_%'`,
  );
  for (const { name } of names) {
    await runSql(adminUrl, `DROP DATABASE ${String(name)} WITH (FORCE)`);
  }
}

/** The comment is when it was built, and comes last. */
async function isFit(adminUrl: string, name: string): Promise<boolean> {
  const builtAt = await queryValue(
    adminUrl,
    `SELECT shobj_description(oid, 'pg_database') AS value FROM pg_database WHERE datname = '${name}'`,
  );
  return typeof builtAt === 'string' && Date.now() - Date.parse(builtAt) < MAX_AGE_HOURS * 3_600_000;
}
