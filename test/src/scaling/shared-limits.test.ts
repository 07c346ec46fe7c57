import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventStream, type StreamedEvent } from '../api/event-stream.js';
import { contract, insert, insertPlaces } from '../api/world.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { testServices } from '../setup/test-services.js';
import { startApiInstances, type ApiInstances } from './api-instances.js';

const LIMIT = 200;
const { nginxPath } = testServices();

if (nginxPath !== undefined) {
  describe.each(testQueueUrls())('two instances behind the proxy, queues on $backend', ({ open }) => {
    let database: TestDatabase;
    let queue: TestDatabase;
    let apis: ApiInstances;

    beforeAll(async () => {
      [database, queue] = await Promise.all([createTestDatabase(), open()]);
      await insertPlaces(database.url);
      apis = await startApiInstances({
        ...{ nginxPath, count: 2, databaseUrl: database.url, queueUrl: queue.url },
        env: { RATE_LIMIT_PER_MINUTE: String(LIMIT) },
      });
    });

    afterAll(async () => {
      await apis.close();
      await Promise.all([database.drop(), queue.drop()]);
    });

    test('tell every stream of what happens, whichever of them it is at, and go on where another one ended', async () => {
      const urls = [apis.url, ...apis.urls()];
      const open = (url: string, lastEventId?: string) =>
        EventStream.open(
          url,
          '/api/v1/contracts/stream',
          lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId },
        );
      const told = (events: readonly StreamedEvent[]) =>
        events.map(({ event, data }) => [event, data['contract_id']]);

      const streams = await Promise.all(urls.map((url) => open(url)));
      await Promise.all(streams.map((stream) => stream.live()));
      await insert(database.url, 'contracts', [contract({ contract_id: 200_000_001 })]);
      const first = await Promise.all(streams.map((stream) => stream.count(1)));
      streams.forEach((stream) => stream.close());
      expect(first.map(told)).toEqual(urls.map(() => [['contract.appeared', 200_000_001]]));

      await insert(database.url, 'contracts', [contract({ contract_id: 200_000_002 })]);
      // An id names a position, of which each instance may have words of its own: all of them are good everywhere.
      const resumed = await Promise.all(
        first.flatMap(([event]) => urls.map((url) => open(url, event?.id ?? ''))),
      );
      await Promise.all(resumed.map((stream) => stream.count(1)));
      // Whatever were told twice would be told before this one.
      await insert(database.url, 'contracts', [contract({ contract_id: 200_000_003 })]);
      const later = await Promise.all(resumed.map((stream) => stream.count(2)));
      resumed.forEach((stream) => stream.close());
      expect(later.map(told)).toEqual(
        resumed.map(() => [
          ['contract.appeared', 200_000_002],
          ['contract.appeared', 200_000_003],
        ]),
      );
    });

    test('let a client have its limit once, not once each', async () => {
      const statuses: number[] = [];
      // One after the other, and both of them are asked: the store is told of what each has counted meanwhile.
      for (let asked = 0; asked < 2 * LIMIT; asked += 1) {
        const { status } = await fetch(`${apis.url}/api/v1/regions`, {
          // What a client claims of itself is not believed.
          headers: { 'X-Forwarded-For': `192.0.2.${asked % 250}` },
        });
        statuses.push(status);
      }
      const served = statuses.filter((status) => status === 200).length;
      expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
      // What was asked before counts too; two instances let 2 % more each pass, and what arrives meanwhile.
      expect(served).toBeGreaterThan(LIMIT * 0.9);
      expect(served).toBeLessThan(LIMIT * 1.1);
    });
  });
}
