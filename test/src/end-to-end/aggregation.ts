import { createSandboxApp, sandboxConfigFrom, sandboxEnv, type LoggedRequest } from '@hangar-bay/esi-sandbox';
import { migrateQueues } from '@hangar-bay/queues';
import { createWorkerApp, readWorkerConfig } from '@hangar-bay/worker';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';
import type { QueueBackend } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { compareWithTruth, isSettled } from '../truth/compare-with-truth.js';

export interface AggregationOptions {
  readonly regionIds: readonly number[];
  /** Size of the sandbox's world over all regions. */
  readonly contracts: number;
  /** Virtual seconds per real second. */
  readonly clockRate?: number;
}

export type Aggregation = Awaited<ReturnType<typeof startAggregation>>;

/** A sandbox, a database and a queue of its own, and a worker that fills the one from the other. */
export async function startAggregation(
  open: QueueBackend['open'],
  { regionIds, contracts, clockRate = 1 }: AggregationOptions,
) {
  const sandbox = createSandboxApp({ ...sandboxConfigFrom(sandboxEnv.parse({})), contracts, clockRate });
  const [{ url: sandboxUrl }, database, queue] = await Promise.all([
    sandbox.start(),
    createTestDatabase(),
    open(),
  ]);
  await migrateQueues(queue.url);
  const env = {
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    QUEUE_URL: queue.url,
    ESI_BASE_URL: sandboxUrl,
    ESI_MAX_REQUESTS_PER_SECOND: '5000',
    REGION_IDS: regionIds.join(','),
    PROBE_PORT: '0',
    TICK_SECONDS: '1',
    LOG_LEVEL: 'error',
  };
  const worker = createWorkerApp(readWorkerConfig(env));

  return {
    databaseUrl: database.url,
    sandboxUrl,
    env,
    worker,

    async settle(timeoutMs = 150_000) {
      await waitUntil(() => isSettled(database.url, sandboxUrl, regionIds), {
        what: 'the database shows the generation that ESI serves',
        timeoutMs,
      });
    },

    async differences(): Promise<string[]> {
      const all = await Promise.all(regionIds.map((id) => compareWithTruth(database.url, sandboxUrl, id)));
      return all.flat();
    },

    /** As if ESI's caches of all lists had just ended. */
    async letCachesExpire() {
      await runSql(database.url, `UPDATE region_pages SET fresh_until = now()`);
      await runSql(database.url, `UPDATE regions SET next_due_at = now()`);
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

    async requests(): Promise<LoggedRequest[]> {
      const answer = (await this.sandbox('GET', 'requests')) as
        LoggedRequest[] | { requests: LoggedRequest[] };
      return Array.isArray(answer) ? answer : answer.requests;
    },

    query: (statement: string) => runSql(database.url, statement),

    async stop() {
      await worker.stop();
      await sandbox.stop();
      await queue.drop();
      await database.drop();
    },
  };
}
