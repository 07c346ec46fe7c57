import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request, { type Response } from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { waitUntil } from '../setup/wait-until.js';
import { startOn, type Instance } from './caching-instance.js';
import { contract, insert, insertPlaces } from './world.js';

const LIST = '/api/v1/contracts?limit=50';

interface Listed {
  readonly data: { price: number }[];
  readonly total: number;
}

let database: TestDatabase;
let first: Instance;
let second: Instance;

beforeAll(async () => {
  database = await createTestDatabase();
  await insertPlaces(database.url);
  await insert(
    database.url,
    'contracts',
    Array.from({ length: 60 }, (_, index) => contract({ contract_id: 1_000 + index, price: index + 1 })),
  );
  first = await startOn(database.url);
  second = await startOn(database.url);
});

afterAll(async () => {
  await Promise.all([first.app.stop(), second.app.stop()]);
  await database.drop();
});

const get = (url: string, path = LIST) => request(url).get(path).set('Accept-Encoding', 'identity');

/** How often an instance reads the list for what is asked; 0 where all comes from the cache. */
async function listsReadBy(instance: Instance, ask: () => Promise<unknown>): Promise<number> {
  const before = instance.lists();
  await ask();
  return instance.lists() - before;
}

/** Both instances answer the same question until the answer is as wanted. */
async function bothSee(path: string, isWanted: (body: Listed) => boolean) {
  await waitUntil(
    async () => {
      const answers = await Promise.all([get(first.url, path), get(second.url, path)]);
      return answers.every(({ body }) => isWanted(body as never));
    },
    { what: `both instances see the change in ${path}` },
  );
}

describe('an answer that was given before', () => {
  test('is given again without the database, whatever the order of the filters', async () => {
    await get(first.url, '/api/v1/contracts?region_id=10000002,10000043&type=item_exchange');
    const read = await listsReadBy(first, async () => {
      await get(first.url, '/api/v1/contracts?type=item_exchange&region_id=10000043&region_id=10000002');
      await get(first.url, '/api/v1/contracts?region_id=10000043,10000002,10000043&type=item_exchange');
    });
    expect(read).toBe(0);
  });

  test('is worked on once for all who ask at the same time', async () => {
    const read = await listsReadBy(first, () =>
      Promise.all(Array.from({ length: 20 }, () => get(first.url, '/api/v1/contracts?sort=price'))),
    );
    expect(read).toBe(1);
  });

  test.each([
    ['a price', 'UPDATE contracts SET price = 777 WHERE contract_id = 1000', '?min_price=777', 1],
    ['a contract that is gone', 'UPDATE contracts SET gone_at = now() WHERE contract_id = 1001', '', 59],
    ['a contract that is deleted', 'DELETE FROM contracts WHERE contract_id = 1002', '?status=any', 59],
    ['a name', `UPDATE types SET name = 'Slasher' WHERE type_id = 587`, '?q=Slasher', 1],
  ])(
    'is not given by any instance once there is %s that it does not show',
    async (_what, change, query, total) => {
      if (query.includes('Slasher')) {
        await insert(database.url, 'contract_items', [
          {
            contract_id: 1003,
            position: 0,
            record_id: 1,
            type_id: 587,
            quantity: 1,
            is_included: true,
            is_blueprint_copy: false,
            ended: false,
          },
        ]);
      }
      const path = `/api/v1/contracts${query}`;
      await Promise.all([get(first.url, path), get(second.url, path)]);
      await runSql(database.url, change);
      await bothSee(path, (body) => body.total === total);
    },
  );

  test('is not given once a contract in it has expired, though nothing was written', async () => {
    await insert(database.url, 'contracts', [
      contract({ contract_id: 5_000, price: 5_000, date_expired: new Date(Date.now() + 700).toISOString() }),
    ]);
    const path = '/api/v1/contracts?min_price=5000';
    await bothSee(path, ({ total }) => total === 1);
    await bothSee(path, ({ total }) => total === 0);
  });

  test('is not given once the connection that listens was lost, and is again when it is back', async () => {
    await get(first.url);
    await runSql(
      database.url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'hangar-bay-api-changes'`,
    );
    await runSql(database.url, 'UPDATE contracts SET price = 888 WHERE contract_id = 1004');
    await bothSee('/api/v1/contracts?min_price=888&max_price=888', ({ total }) => total === 1);
    await waitUntil(async () => (await listsReadBy(first, () => get(first.url))) === 0, {
      what: 'the cache is used again',
    });
  });
});

test('a change that no answer shows leaves the answers as they are', async () => {
  await get(first.url);
  const before = await runSql(database.url, 'SELECT count(*) FROM changes');
  await runSql(
    database.url,
    'UPDATE contracts SET bids_due_at = now(), classification_version = classification_version + 1',
  );
  await runSql(database.url, `UPDATE regions SET last_complete_sweep_at = now(), next_due_at = now()`);
  await runSql(database.url, 'UPDATE names SET failed_at = now()');
  await runSql(database.url, 'UPDATE contracts SET price = price');
  await runSql(database.url, 'UPDATE types SET refreshed_at = now()');
  expect(await runSql(database.url, 'SELECT count(*) FROM changes')).toEqual(before);
});

describe('headers', () => {
  const PATHS = [LIST, '/api/v1/contracts/ships', '/api/v1/contracts/1005', '/api/v1/regions'];

  test.each(PATHS)('of %s say how long it holds and what it depends on', async (path) => {
    const { headers } = await get(first.url, path).expect(200);
    expect(headers['etag']).toMatch(/^"[\w-]{22}"$/);
    expect(headers['cache-control']).toMatch(/^public, max-age=[1-9]\d*$/);
    expect(headers['vary']).toContain('Accept-Encoding');
    expect(new Date(String(headers['last-modified'])).getTime()).toBeLessThanOrEqual(Date.now());
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  test.each(PATHS)('%s is not sent to who has it', async (path) => {
    const { headers } = await get(first.url, path).expect(200);
    const tag = String(headers['etag']);
    for (const known of [tag, `W/${tag}`, `"a", ${tag}`, '*']) {
      const response = await get(second.url, path).set('If-None-Match', known).expect(304);
      expect(response.text).toBe('');
      expect(response.headers['etag']).toBe(tag);
      expect(response.headers['cache-control']).toBeDefined();
      expect(response.headers['vary']).toBeDefined();
      expect(response.headers['content-length']).toBeUndefined();
      expect(response.headers['content-type']).toBeUndefined();
    }
    await get(first.url, path).set('If-None-Match', '"other"').expect(200);
  });

  test.each(PATHS)('HEAD and OPTIONS of %s', async (path) => {
    const full = await get(first.url, path).expect(200);
    const head = await request(first.url).head(path).set('Accept-Encoding', 'identity').expect(200);
    expect(head.text).toBeFalsy();
    expect(head.headers['content-length']).toBe(full.headers['content-length']);
    expect(head.headers['etag']).toBe(full.headers['etag']);
    await request(first.url).options(path).expect(204).expect('Allow', 'GET, HEAD, OPTIONS');
    await request(first.url).post(path).expect(405).expect('Allow', 'GET, HEAD, OPTIONS');
  });

  test('the lifetime ends when a list is due or a contract expires', async () => {
    await runSql(database.url, `UPDATE regions SET next_due_at = now() + interval '20 seconds'`);
    await waitUntil(async () => maxAge(await get(first.url)) > 1, { what: 'the API has looked again' });
    expect(maxAge(await get(first.url))).toBeLessThanOrEqual(20);
    await insert(database.url, 'contracts', [
      contract({ contract_id: 6_000, date_expired: new Date(Date.now() + 5_000).toISOString() }),
    ]);
    await waitUntil(async () => maxAge(await get(first.url)) <= 5, { what: 'the API has looked again' });
    await runSql(database.url, 'UPDATE regions SET next_due_at = now() WHERE region_id = 10000002');
    await waitUntil(async () => maxAge(await get(first.url)) === 1, { what: 'the API has looked again' });
  });
});

describe('large answers', () => {
  test.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
  ])('are compressed for Accept-Encoding: %s', async (accepted, encoding) => {
    const ask = (accept: string) => request(first.url).get(LIST).set('Accept-Encoding', accept);
    const plain = await ask('identity').expect(200);
    const packed = await ask(accepted).expect(200).expect('Content-Encoding', encoding);
    const tag = String(packed.headers['etag']);
    expect(tag).not.toBe(plain.headers['etag']);
    expect(Number(packed.headers['content-length'])).toBeLessThan(
      Number(plain.headers['content-length']) / 3,
    );
    expect(packed.body).toEqual(plain.body);
    await ask(accepted).set('If-None-Match', tag).expect(304);
    await ask('identity').set('If-None-Match', tag).expect(200);
  });

  test('also the document and its pages, and small ones are not', async () => {
    const { headers } = await request(first.url)
      .get('/openapi.json')
      .set('Accept-Encoding', 'br')
      .buffer(false);
    expect(headers['content-encoding']).toBe('br');
    const small = await request(first.url)
      .get('/api/v1/contracts?q=nothing+of+it')
      .set('Accept-Encoding', 'gzip');
    expect(small.headers['content-encoding']).toBeUndefined();
  });
});

test('what was refused is not kept', async () => {
  await get(first.url, '/api/v1/contracts/7000').expect(404).expect('Cache-Control', 'no-store');
  await insert(database.url, 'contracts', [contract({ contract_id: 7_000 })]);
  await get(first.url, '/api/v1/contracts/7000').expect(200);
  await get(first.url, '/api/v1/contracts?limit=0').expect(400).expect('Cache-Control', 'no-store');
});

test('metrics tell what the cache does', async () => {
  const { text } = await request(first.url).get('/metrics').expect(200);
  for (const result of ['hit', 'miss', 'joined']) {
    expect(text).toMatch(
      new RegExp(`^hangar_bay_response_cache_requests_total\\{result="${result}"\\} [1-9]`, 'm'),
    );
  }
  expect(text).toMatch(/^hangar_bay_response_cache_bytes [1-9]/m);
  expect(text).toMatch(/^hangar_bay_change_listener_connected 1$/m);
});

function maxAge({ headers }: Response): number {
  return Number(/max-age=(\d+)/.exec(String(headers['cache-control']))?.[1]);
}
