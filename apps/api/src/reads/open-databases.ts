import {
  connectDatabase,
  sql,
  type Database,
  type DatabaseOptions,
  type PoolCounts,
} from '@hangar-bay/database';
import type { Logger } from '@hangar-bay/runtime';
import type { ApiConfig } from '../config.js';
import type { ApiMetrics } from '../metrics.js';
import { createCircuit } from './circuit.js';
import { createPrimary, type Primary } from './primary.js';
import { createReplica, type Replica } from './replica.js';

export interface Databases {
  /** The primary, for whatever is no read of what the API serves. */
  readonly db: Database;
  readonly primary: Primary;
  /** Null: there is none. */
  readonly replica: Replica | null;
  /** Opens the primary's connections, which the first requests would wait for. Returns also where it does not answer. */
  readonly connect: () => Promise<void>;
}

export interface OpenDatabasesOptions {
  readonly config: Pick<ApiConfig, 'databaseUrl' | 'replicaUrl'>;
  readonly metrics: ApiMetrics;
  readonly logger: Logger;
  readonly observers: Required<Pick<DatabaseOptions, 'onPool' | 'onQuery'>>;
  /** In the place of the primary's own connections. */
  readonly given: Database | undefined;
}

const POOL_SIZE = 10;
/** Together below the two seconds in which every request is answered: see http/middleware/deadline.ts. */
const CONNECT_TIMEOUT_MS = 500;
const STATEMENT_TIMEOUT_MS = 1_300;
/** Shorter, since the primary can be asked after it. */
const REPLICA_CONNECT_TIMEOUT_MS = 250;

/** Connects lazily; the circuits are told as the metrics' own. */
export function openDatabases({
  config,
  metrics,
  logger,
  observers,
  given,
}: OpenDatabasesOptions): Databases {
  const circuits = { metrics: metrics.circuits, logger };
  let pool: PoolCounts | null = null;
  const db =
    given ??
    connectDatabase({
      url: config.databaseUrl,
      poolSize: POOL_SIZE,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      applicationName: 'hangar-bay-api',
      onQuery: observers.onQuery,
      onPool(counts) {
        pool = counts;
        observers.onPool(counts);
      },
    });
  return {
    db,
    async connect() {
      const first = Array.from({ length: POOL_SIZE }, () => db.$queryRaw(sql`SELECT 1`));
      await Promise.allSettled(first);
    },
    primary: createPrimary({
      db,
      circuit: createCircuit({ name: 'primary', ...circuits }),
      pool: () => pool,
      poolSize: POOL_SIZE,
    }),
    replica:
      config.replicaUrl === null
        ? null
        : createReplica({
            db: connectDatabase({
              url: config.replicaUrl,
              poolSize: POOL_SIZE,
              connectTimeoutMs: REPLICA_CONNECT_TIMEOUT_MS,
              statementTimeoutMs: STATEMENT_TIMEOUT_MS,
              applicationName: 'hangar-bay-api',
              onQuery: observers.onQuery,
            }),
            circuit: createCircuit({ name: 'replica', ...circuits }),
          }),
  };
}
