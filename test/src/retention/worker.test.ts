import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitUntil } from '../setup/wait-until.js';
import { LIVING, startRetention, type RetentionUnderTest } from './retention-under-test.js';
import { createRetentionWorker, prepareRetention } from './retention-worker.js';

let retention: RetentionUnderTest;

beforeEach(async () => {
  retention = await startRetention();
  await prepareRetention(retention);
});

afterEach(async () => {
  await retention.close();
});

test('a worker archives, deletes and forgets by itself', async () => {
  await retention.sql(`
    INSERT INTO dead_letters (id, queue, reason, error, payload, correlation_id, last_at)
    VALUES ('dlq-region-sweep-1', 'region-sweep', 'invalid_contract', '', '{}', '', now() - interval '1 year')`);
  const worker = createRetentionWorker(retention);
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
  expect(await retention.sql('SELECT FROM dead_letters')).toEqual([]);
});
