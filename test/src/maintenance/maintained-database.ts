import { migrateQueues } from '@hangar-bay/queues';
import { createWorkerApp, readWorkerConfig } from '@hangar-bay/worker';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';
import { testQueueUrls, type QueueBackend } from '../setup/test-queues.js';
import { startEsiStub } from './esi-stub.js';

export type MaintainedDatabase = Awaited<ReturnType<typeof startMaintainedDatabase>>;

const REGION = 10000002;

/**
 * A database whose one region is not due, a worker that maintains it, and an ESI that answers as it is told. `prepare`:
 * a statement before the worker starts.
 */
export async function startMaintainedDatabase(
  env: Readonly<Record<string, string>> = {},
  prepare = 'SELECT',
) {
  const [{ open }] = testQueueUrls() as [QueueBackend];
  const [esi, database, queue] = await Promise.all([startEsiStub(), createTestDatabase(), open()]);
  await migrateQueues(queue.url);
  await runSql(
    database.url,
    `INSERT INTO regions (region_id, next_due_at) VALUES (${REGION}, now() + interval '1 day')`,
  );
  await runSql(
    database.url,
    `INSERT INTO names (id, name, resolved_at) VALUES (${REGION}, 'The Forge', now())`,
  );
  await runSql(database.url, prepare);
  const worker = createWorkerApp(
    readWorkerConfig({
      NODE_ENV: 'test',
      DATABASE_URL: database.url,
      QUEUE_URL: queue.url,
      ESI_BASE_URL: esi.url,
      ESI_MAX_REQUESTS_PER_SECOND: '5000',
      REGION_IDS: String(REGION),
      PROBE_PORT: '0',
      TICK_SECONDS: '1',
      LOG_LEVEL: 'error',
      ...env,
    }),
  );
  const { probeUrl } = await worker.start();
  return {
    databaseUrl: database.url,
    queueUrl: queue.url,
    probeUrl,
    esi,
    query: (statement: string) => runSql(database.url, statement),
    async stop() {
      await worker.stop();
      await esi.stop();
      await queue.drop();
      await database.drop();
    },
  };
}
