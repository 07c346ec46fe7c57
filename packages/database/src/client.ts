import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.js';

export type Database = PrismaClient;

export interface DatabaseOptions {
  readonly url: string;
  /** Connections of this process at the most. */
  readonly poolSize: number;
  /** PostgreSQL ends a statement that runs longer. Milliseconds. */
  readonly statementTimeoutMs: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
}

/** Connects lazily; release with `$disconnect()`. */
export function connectDatabase({
  url,
  poolSize,
  statementTimeoutMs,
  applicationName,
}: DatabaseOptions): Database {
  const adapter = new PrismaPg({
    connectionString: url,
    max: poolSize,
    statement_timeout: statementTimeoutMs,
    connectionTimeoutMillis: 5_000,
    application_name: applicationName,
  });
  return new PrismaClient({ adapter });
}
