import { createSandboxApp, sandboxConfigFrom, sandboxEnv, type LoggedRequest } from '@hangar-bay/esi-sandbox';
import { createProducer, migrateQueues } from '@hangar-bay/queues';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';
import type { QueueBackend } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { compareWithTruth, isSettled } from '../truth/compare-with-truth.js';
import { createWorkerProcesses } from './worker-processes.js';

/** The largest regions of the sandbox's world, by contracts. */
const REGIONS = [10000002, 10000043, 10000030, 10000042, 10000032];

/** How long the job of a dead worker stays taken, at the least; twice as long at the most. In operation it is 30 s. */
export const JOB_LOCK_MS = 5_000;

export interface Service {
  readonly url: string;
  drop(): Promise<void>;
}

export interface StageOptions {
  readonly queue: QueueBackend['open'] | (() => Promise<Service>);
  /** A database of its own on the cluster of the run, unless given. */
  readonly database?: () => Promise<Service>;
  /** Size of the sandbox's world over all regions; most of them are in the regions of the stage. */
  readonly contracts?: number;
  readonly regionIds?: readonly number[];
  /** How long ESI's lists live. */
  readonly generationSeconds?: number;
  readonly latencyMs?: number;
  /** ESI's error limit of 100 a minute, or a token bucket so large that faults alone slow nobody down. */
  readonly limits?: 'errors' | 'none';
  readonly esiTimeoutMs?: number;
  readonly workerEnv?: NodeJS.ProcessEnv;
  /** What the workers take for ESI, where it is not the sandbox itself. */
  readonly standBefore?: (sandboxUrl: string) => Promise<{ readonly url: string; close(): Promise<void> }>;
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** A sandbox in this process, a database and a queue of its own, and worker processes between them. */
export async function openStage({
  queue: openQueue,
  database: openDatabase = createTestDatabase,
  contracts = 300,
  regionIds = REGIONS,
  generationSeconds = 1_800,
  latencyMs = 0,
  limits = 'none',
  esiTimeoutMs = 2_000,
  workerEnv = {},
  standBefore = (url) => Promise.resolve({ url, close: () => Promise.resolve() }),
}: StageOptions) {
  const sandbox = createSandboxApp({
    ...sandboxConfigFrom(sandboxEnv.parse({})),
    contracts,
    generationSeconds,
    latencyMs,
    tokenBucket: limits === 'none' ? { tokens: 1_000_000, windowSeconds: 900 } : undefined,
  });
  const [{ url: sandboxUrl }, database, queue] = await Promise.all([
    sandbox.start(),
    openDatabase(),
    openQueue(),
  ]);
  await migrateQueues(queue.url);
  const esi = await standBefore(sandboxUrl);
  const workers = createWorkerProcesses({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    QUEUE_URL: queue.url,
    ESI_BASE_URL: esi.url,
    ESI_MAX_REQUESTS_PER_SECOND: '5000',
    REGION_IDS: regionIds.join(','),
    PROBE_PORT: '0',
    TICK_SECONDS: '1',
    // Fewer connections: several drills share a cluster.
    REGION_CONCURRENCY: '3',
    CONTRACT_CONCURRENCY: '8',
    LOG_LEVEL: 'info',
    DRILL_JOB_LOCK_MS: String(JOB_LOCK_MS),
    DRILL_ESI_TIMEOUT_MS: String(esiTimeoutMs),
    ...workerEnv,
  });

  const query = (statement: string) => runSql(database.url, statement);

  return {
    databaseUrl: database.url,
    queueUrl: queue.url,
    regionIds,
    workers,
    query,

    async count(statement: string): Promise<number> {
      return Number((await query(`SELECT count(*) AS count FROM ${statement}`))[0]?.['count']);
    },

    isSettled: () => isSettled(database.url, sandboxUrl, regionIds),

    async differences(): Promise<string[]> {
      const all = await Promise.all(regionIds.map((id) => compareWithTruth(database.url, sandboxUrl, id)));
      return all.flat();
    },

    async sandbox(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
      const response = await fetch(`${sandboxUrl}/__sandbox/${path}`, {
        method,
        ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
      });
      const text = await response.text();
      if (!response.ok) {
        throw new Error(`${method} ${path}: ${response.status} ${text}`);
      }
      return text === '' ? undefined : JSON.parse(text);
    },

    async requests(): Promise<readonly LoggedRequest[]> {
      return (await this.sandbox('GET', 'requests')) as LoggedRequest[];
    },

    /** How often the faults that are set have struck, by kind. */
    async strikes(): Promise<ReadonlyMap<string, number>> {
      const faults = (await this.sandbox('GET', 'faults')) as { fault: { kind: string }; applied: number }[];
      const strikes = new Map<string, number>();
      for (const { fault, applied } of faults) {
        strikes.set(fault.kind, (strikes.get(fault.kind) ?? 0) + applied);
      }
      return strikes;
    },

    /** Moves ESI on, so that every list has a new generation, and the database's caches with it. */
    async moveOn(seconds = generationSeconds): Promise<void> {
      await this.sandbox('POST', 'clock', { advance_seconds: seconds });
      await query(`UPDATE region_pages SET fresh_until = now()`);
      await query(`UPDATE regions SET next_due_at = now()`);
    },

    /** A window into the queues, open for as long as `use` takes. */
    async withQueues<Result>(
      use: (producer: ReturnType<typeof createProducer>) => Promise<Result>,
    ): Promise<Result> {
      const producer = createProducer({ url: queue.url, onError: () => undefined });
      try {
        return await use(producer);
      } finally {
        await producer.close();
      }
    },

    async settle(timeoutMs = 60_000): Promise<void> {
      await waitUntil(() => this.isSettled(), {
        what: 'the database shows the generation that ESI serves',
        timeoutMs,
      });
    },

    async close(): Promise<void> {
      await workers.killAll();
      await esi.close();
      await sandbox.stop();
      await queue.drop();
      await database.drop();
    },
  };
}
