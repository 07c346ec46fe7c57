import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { migrateQueues } from '@hangar-bay/queues';
import { createWorkerApp, readWorkerConfig } from '@hangar-bay/worker';
import { waitUntil } from '../setup/wait-until.js';
import { LIVING, insertContracts, startRetention, type RetentionUnderTest } from './retention-under-test.js';

let retention: RetentionUnderTest;

beforeEach(async () => {
  retention = await startRetention();
  await migrateQueues(retention.url);
  await insertContracts(retention.url);
  // Nothing is due, so that nobody asks ESI.
  await retention.sql(`UPDATE regions SET next_due_at = now() + interval '1 day'`);
});

afterEach(async () => {
  await retention.close();
});

test('a worker archives and deletes by itself', async () => {
  const worker = createWorkerApp(
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
  await worker.start();
  try {
    await waitUntil(async () => (await retention.contractIds()).length === LIVING.length, {
      what: 'the ended contracts are deleted',
    });
  } finally {
    await worker.stop();
  }
  expect(await retention.contractIds()).toEqual(LIVING);
  expect((await retention.readArchive()).manifests).toMatchObject([{ count: 7 }]);
});
