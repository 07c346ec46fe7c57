import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { migrateQueues } from '@hangar-bay/queues';
import { copyDatabase } from '../../setup/copy-database.js';
import { runSql } from '../../setup/run-sql.js';
import { THE_FORGE } from '../data/universe.js';
import type { BenchEsi } from './esi.js';
import { startWorker, type Env, type ProductProcess } from './product-process.js';
import type { Stage } from './stage.js';
import { waitForNumber } from './wait-for-number.js';

const EMPTY = { contracts: 0, outstanding: 0 };
const INGEST_TIMEOUT_MS = 300_000;

export type Broker = 'Redis' | 'PostgreSQL';

/** A database that knows the world and no contract, nobody else's. */
export async function createIngestDatabase(stage: Stage): Promise<string> {
  const template = await stage.marketDatabase(EMPTY);
  return copyMarket(stage, template, 'DELETE FROM regions');
}

/** A copy of a database of the bench, to be written to, after a statement that prepares it. */
export async function copyMarket(stage: Stage, template: string, prepare: string): Promise<string> {
  const name = `run_${randomUUID().replaceAll('-', '')}`;
  const source = new URL(template).pathname.slice(1);
  stage.onEnd(() => runSql(stage.adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  const options = 'STRATEGY file_copy';
  const url = await copyDatabase(stage.adminUrl, { from: source, to: name, options });
  await runSql(url, prepare);
  return url;
}

/** Where a worker's queues are: the first database of Redis, emptied; or beside the contracts, as by default. */
export async function openBroker(stage: Stage, broker: Broker, databaseUrl: string): Promise<string> {
  if (broker === 'PostgreSQL' || stage.redisUrl === undefined) {
    await migrateQueues(databaseUrl);
    return databaseUrl;
  }
  const redis = new Redis(stage.redisUrl);
  await redis.flushall();
  await redis.quit();
  return stage.redisUrl;
}

/** Which brokers there are to measure on. */
export const brokersOf = ({ redisUrl }: Stage): Broker[] =>
  redisUrl === undefined ? ['PostgreSQL'] : ['Redis', 'PostgreSQL'];

/** A worker that sweeps The Forge from the ESI of the bench, unless told otherwise; its first tick comes at once. */
export function startIngest(
  stage: Stage,
  { databaseUrl, queueUrl, esi }: { databaseUrl: string; queueUrl: string; esi: BenchEsi },
  env: Env = {},
): Promise<ProductProcess> {
  return startWorker(stage, databaseUrl, {
    QUEUE_URL: queueUrl,
    ESI_BASE_URL: esi.url,
    ESI_MAX_REQUESTS_PER_SECOND: '10000',
    REGION_IDS: String(THE_FORGE),
    ...env,
  });
}

/** Waits until so many contracts are visible; returns when the last one became so, in milliseconds since 1970. */
export async function waitForVisible(databaseUrl: string, contracts: number): Promise<number> {
  await waitForNumber(
    databaseUrl,
    // While one waits for its items, the others are not counted: that would take the time of the ingest.
    `SELECT count(*) AS value FROM contracts
      WHERE visible_since IS NOT NULL AND ended_at IS NULL
        AND NOT EXISTS (SELECT FROM contracts WHERE items_state = 'pending')`,
    { atLeast: contracts, what: `${contracts} contracts are visible`, timeoutMs: INGEST_TIMEOUT_MS },
  );
  const [row] = await runSql(
    databaseUrl,
    'SELECT extract(epoch FROM max(visible_since)) * 1000 AS at FROM contracts',
  );
  return Number(row?.['at']);
}

export interface Ingest {
  readonly seconds: number;
  /** Requests of pages and items. */
  readonly requests: number;
}

/** From the first answer to so many new workers, all of them live, until everything that ESI lists is visible. */
export async function measureColdIngest(
  stage: Stage,
  esi: BenchEsi,
  broker: Broker,
  { workers = 1, env = {} }: { workers?: number; env?: Env } = {},
): Promise<Ingest> {
  const databaseUrl = await createIngestDatabase(stage);
  const queueUrl = await openBroker(stage, broker, databaseUrl);
  await esi.reset();
  await esi.close();
  const running = await Promise.all(
    Array.from({ length: workers }, () => startIngest(stage, { databaseUrl, queueUrl, esi }, env)),
  );
  await esi.open();
  const lastAt = await waitForVisible(databaseUrl, esi.list.contracts);
  const { firstAt, list, items } = await esi.requests();
  await Promise.all(running.map((worker) => worker.stop()));
  await runSql(stage.adminUrl, `DROP DATABASE ${new URL(databaseUrl).pathname.slice(1)} WITH (FORCE)`);
  return { seconds: (lastAt - firstAt) / 1000, requests: list + items };
}
