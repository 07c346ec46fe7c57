import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from './generated/client.js';
import { createReadRows, type ReadRows } from './read-rows.js';
import { nameOf } from './sql.js';
import { watchQueries, type QueryObserver } from './watch-queries.js';

/** Prisma's client, and beside it a shorter way for what is read often. */
export type Database = PrismaClient & { readonly $readRows: ReadRows };

export interface DatabaseOptions {
  readonly url: string;
  /** Connections of this process at the most. */
  readonly poolSize: number;
  /** PostgreSQL ends a statement that runs longer. Milliseconds. */
  readonly statementTimeoutMs: number;
  /** How long work waits for a connection. Milliseconds. */
  readonly connectTimeoutMs?: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Is given the pool, to watch it. */
  readonly onPool?: (pool: PoolCounts) => void;
  readonly onQuery?: QueryObserver;
}

/** How many connections there are, how many of them do nothing, and how many queries wait for one. */
export interface PoolCounts {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

/** A server that says nothing at all is given up when it is this much later than it should have ended a statement. */
const SILENCE_FACTOR = 1.15;

/** Connects lazily; release with `$disconnect()`. */
export function connectDatabase({
  url,
  poolSize,
  statementTimeoutMs,
  connectTimeoutMs = 5_000,
  applicationName,
  onPool,
  onQuery,
}: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    statement_timeout: statementTimeoutMs,
    query_timeout: Math.ceil(statementTimeoutMs * SILENCE_FACTOR),
    connectionTimeoutMillis: connectTimeoutMs,
    // Opening one costs as much as many a statement, and its plans are new: they stay, as long as the server is there.
    idleTimeoutMillis: 0,
    keepAlive: true,
    application_name: applicationName,
  });
  onPool?.(pool);
  if (onQuery) {
    watchQueries(pool, onQuery);
  }
  // The pool has let go of it already, and opens another where one is needed.
  pool.on('error', () => undefined);
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, {
      disposeExternalPool: true,
      statementNameGenerator: ({ sql }) => nameOf(sql),
    }),
  });
  const disconnect = prisma.$disconnect.bind(prisma);
  return Object.assign(prisma, {
    $readRows: createReadRows(pool),
    async $disconnect() {
      await disconnect();
      // Prisma ends it only where it has used it itself.
      if (!pool.ending) {
        await pool.end();
      }
    },
  });
}
