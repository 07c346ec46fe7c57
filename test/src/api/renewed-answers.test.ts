import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { waitUntil } from '../setup/wait-until.js';
import { scrape } from '../worker/scrape.js';
import { startOn, type Instance } from './caching-instance.js';
import { EventStream } from './event-stream.js';
import { contract, insert, insertPlaces } from './world.js';

describe('when something changes, a list that was asked for of late', () => {
  // As slow as it may be, so that who is told of the change before it is read is noticed.
  const LATE_MS = 30;
  let database: TestDatabase;
  let api: Instance;
  let price = 9_000;

  beforeAll(async () => {
    database = await createTestDatabase();
    await insertPlaces(database.url);
    api = await startOn(database.url, LATE_MS);
  });

  afterAll(async () => {
    await api.app.stop();
    await database.drop();
  });

  const pathOf = () => `/api/v1/contracts?min_price=${price}`;
  const total = async () => ((await request(api.url).get(pathOf())).body as { total: number }).total;

  const renewals = async () => (await scrape(api.url)).sum('hangar_bay_response_cache_renewals_total') ?? 0;

  /** A contract that the list shows. */
  async function add(): Promise<void> {
    await insert(database.url, 'contracts', [contract({ contract_id: price, price })]);
  }

  test('is read once more before anybody asks again', async () => {
    // On a busy machine more than a second can lie between the last question and the look.
    await waitUntil(
      async () => {
        price += 1;
        await total();
        await total();
        const before = api.lists();
        await add();
        const isRead = waitUntil(() => api.lists() > before, { timeoutMs: 2_000 });
        return isRead.then(
          () => true,
          () => false,
        );
      },
      { what: 'the list is read without a question' },
    );
    await waitUntil(async () => (await renewals()) > 0, { what: 'it is counted' });
    // Before that, each was read for whoever asked first.
    expect(await renewals()).toBeLessThan(api.lists());
  });

  test('has what a stream of the same instance told of', async () => {
    const stream = await (await EventStream.open(api.url, '/api/v1/contracts/stream')).live();
    for (let round = 0; round < 5; round += 1) {
      price += 1;
      await total();
      expect(await total()).toBe(0);
      await add();
      await waitUntil(() => stream.contractIds().includes(price), { what: 'the stream tells of it' });
      expect(await total()).toBe(1);
    }
    stream.close();
  });
});
