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

test('a worker archives and deletes by itself', async () => {
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
});
