import { migrateQueues } from '@hangar-bay/queues';
import { createWorkerApp, readWorkerConfig, type WorkerApp } from '@hangar-bay/worker';
import { insertContracts, type RetentionUnderTest } from './retention-under-test.js';

/** Ended and living contracts, and queues. Nothing is due, so that nobody asks ESI. */
export async function prepareRetention(retention: RetentionUnderTest): Promise<void> {
  await migrateQueues(retention.url);
  await insertContracts(retention.url);
  await retention.sql(`UPDATE regions SET next_due_at = now() + interval '1 day'`);
}

/** A worker that archives and deletes by itself, not started. */
export function createRetentionWorker(retention: RetentionUnderTest): WorkerApp {
  return createWorkerApp(
    readWorkerConfig({
      NODE_ENV: 'test',
      DATABASE_URL: retention.url,
      ESI_BASE_URL: 'http://127.0.0.1:1',
      REGION_IDS: '10000002',
      PROBE_PORT: '0',
      TICK_SECONDS: '3600',
      ARCHIVE_URL: retention.fileStore.url,
      LOG_LEVEL: 'error',
    }),
  );
}
