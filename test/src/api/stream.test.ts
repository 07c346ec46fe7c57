import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import { connectDatabase, trimChanges } from '@hangar-bay/database';
import { Client } from 'pg';
import request from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { waitUntil } from '../setup/wait-until.js';
import { envOf, type Env } from './api-under-test.js';
import { EventStream } from './event-stream.js';
import { contract, insert, insertPlaces, oneShip } from './world.js';

const STREAM = '/api/v1/contracts/stream';

let database: TestDatabase;
let first: { app: ApiApp; url: string };
let second: { app: ApiApp; url: string };
const streams: EventStream[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await insertPlaces(database.url);
  first = await startOn(database.url);
  second = await startOn(database.url);
});

afterEach(() => {
  streams.splice(0).forEach((stream) => stream.close());
});

afterAll(async () => {
  await Promise.all([first.app.stop(), second.app.stop()]);
  await database.drop();
});

async function startOn(databaseUrl: string, more: Env = {}) {
  const app = createApiApp(readApiConfig(envOf(databaseUrl, more)));
  const { url } = await app.start();
  return { app, url };
}

async function open(url: string, query = '', headers: Record<string, string> = {}): Promise<EventStream> {
  const stream = await EventStream.open(url, `${STREAM}${query}`, headers);
  streams.push(stream);
  return stream;
}

let nextId = 1_000;
async function add(fields: Record<string, unknown> = {}): Promise<number> {
  nextId += 1;
  await insert(database.url, 'contracts', [contract({ contract_id: nextId, ...fields })]);
  return nextId;
}

const endAt = (id: number) =>
  runSql(database.url, `UPDATE contracts SET gone_at = '2026-08-18T11:35:00Z' WHERE contract_id = ${id}`);

test('what appears and goes is told to the streams of all instances', async () => {
  const both = await Promise.all([open(first.url), open(second.url)]);
  await Promise.all(both.map((stream) => stream.live()));
  const id = await add({ title: 'two\nlines', ...oneShip(587) });
  await endAt(id);
  for (const stream of both) {
    const [appeared, gone] = await stream.count(2);
    expect(appeared).toMatchObject({
      event: 'contract.appeared',
      data: { contract_id: id, region_name: 'The Forge', title: 'two\nlines', ship: { name: 'Rifter' } },
    });
    expect(gone).toMatchObject({
      event: 'contract.gone',
      data: { contract_id: id, region_id: 10000002, gone_at: '2026-08-18T11:35:00Z' },
    });
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    });
    expect(stream.response.headers['content-encoding']).toBeUndefined();
    expect(stream.retry).toBeGreaterThanOrEqual(1_000);
  }
});

test('a contract that waits for its items appears when they are stored, and again when it comes back', async () => {
  const stream = await (await open(first.url)).live();
  const id = await add({ items_state: 'pending', visible_since: null });
  await runSql(
    database.url,
    `UPDATE contracts SET items_state = 'stored', visible_since = now() WHERE contract_id = ${id}`,
  );
  await endAt(id);
  await runSql(database.url, `UPDATE contracts SET gone_at = NULL WHERE contract_id = ${id}`);
  await stream.count(3);
  expect(stream.events.map(({ event }) => event)).toEqual([
    'contract.appeared',
    'contract.gone',
    'contract.appeared',
  ]);
});

test('filters hold for both kinds of event', async () => {
  const [cheap, all] = await Promise.all([
    open(first.url, '?max_price=100&region_id=10000002'),
    open(first.url),
  ]);
  await Promise.all([cheap.live(), all.live()]);
  const expected = await add({ price: 99 });
  const dear = await add({ price: 101 });
  const elsewhere = await add({ price: 99, region_id: 10000043 });
  await Promise.all([expected, dear, elsewhere].map(endAt));
  const last = await add({ price: 1 });
  await waitUntil(() => cheap.contractIds().includes(last) && all.contractIds().includes(last));
  expect(cheap.contractIds()).toEqual([expected, expected, last]);
  expect(all.events).toHaveLength(7);
});

describe('who comes back with the last id', () => {
  test('gets what was missed, once, from whichever instance, though it was committed out of order', async () => {
    const slow = new Client({ connectionString: database.url });
    await slow.connect();
    const before = await (await open(first.url)).live();
    await slow.query('BEGIN');
    // Takes its place in the log before the others, and is committed after them.
    await slow.query(
      `UPDATE contracts SET gone_at = now() WHERE contract_id = (SELECT min(contract_id) FROM contracts WHERE gone_at IS NULL)`,
    );
    const seen = await add();
    await before.count(1);
    expect(before.contractIds()).toEqual([seen]);
    before.close();
    const missed = await add();
    await slow.query('COMMIT');
    await slow.end();
    const later = await add();

    for (const { url } of [second, first]) {
      const after = await open(url, '', { 'Last-Event-ID': before.lastEventId });
      await after.live();
      const next = await add();
      await waitUntil(() => after.contractIds().includes(next));
      const ids = after.contractIds();
      expect(ids.slice(-1)).toEqual([next]);
      expect(ids).toHaveLength(new Set(ids).size);
      expect(ids).toEqual(expect.arrayContaining([missed, later]));
      expect(ids).not.toContain(seen);
      expect(after.events.filter(({ event }) => event === 'contract.gone')).toHaveLength(1);
    }
  });

  test('gets each event once, while several transactions write, and readers and instances change', async () => {
    const writers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const client = new Client({ connectionString: database.url });
        await client.connect();
        await client.query('BEGIN');
        return client;
      }),
    );
    const start = await (await open(first.url)).live();
    const received: number[] = [];
    const ids: number[] = [];
    let token = start.lastEventId;
    start.close();
    for (let round = 0; round < 60; round += 1) {
      // Each transaction writes some rows, and they end in another order than they began in.
      const writer = writers[(round * round + round) % writers.length] as Client;
      nextId += 1;
      ids.push(nextId);
      await writer.query(
        `INSERT INTO contracts (contract_id, region_id, type, issuer_id, issuer_corporation_id, date_issued, date_expired, items_state, visible_since)
         VALUES ($1, 10000002, 'courier', 1, 2, now(), now() + interval '1 day', 'none', now())`,
        [nextId],
      );
      const ender = writers[(round * 7 + 3) % writers.length] as Client;
      if (round % 3 !== 0) {
        await ender.query('COMMIT; BEGIN');
      }
      if (round % 5 === 4) {
        token = await readFor(round % 2 === 0 ? first.url : second.url, token, received, 1 + (round % 4));
      }
    }
    await Promise.all(writers.map((writer) => writer.query('COMMIT')));
    await Promise.all(writers.map((writer) => writer.end()));
    await readFor(second.url, token, received, ids.length - received.length);
    expect([...received].sort()).toEqual([...ids].sort());

    /** Goes on from a token until it has seen so many more events, where they are there; leaves in the midst of them. */
    async function readFor(url: string, from: string, into: number[], count: number): Promise<string> {
      const stream = await (await open(url, '', { 'Last-Event-ID': from })).live();
      const isLast = into.length + count >= ids.length;
      if (isLast) {
        await stream.count(count);
      }
      const taken = stream.events.slice(0, isLast ? undefined : count);
      into.push(...taken.map(({ data }) => Number(data['contract_id'])));
      stream.close();
      return taken.at(-1)?.id ?? from;
    }
  });

  test('gets the rest of a batch that was cut in the middle', async () => {
    const from = await (await open(first.url)).live();
    const start = nextId + 1;
    nextId += 500;
    await insert(
      database.url,
      'contracts',
      Array.from({ length: 500 }, (_, index) => contract({ contract_id: start + index })),
    );
    await waitUntil(() => from.contractIds().includes(start + 499));
    const cut = from.events.find(({ data }) => data['contract_id'] === start + 317);
    const rest = await open(second.url, `?last_event_id=${cut?.id ?? ''}`);
    await rest.count(182);
    const next = await add();
    await rest.count(183);
    expect(rest.contractIds()).toEqual([
      ...Array.from({ length: 182 }, (_, index) => start + 318 + index),
      next,
    ]);
  });

  test("is told to load again where the log no longer reaches back, or the id is nobody's", async () => {
    const from = await (await open(first.url)).live();
    await add();
    await from.count(1);
    const old = from.lastEventId;
    await add();
    await add();
    await from.count(3);
    const db = connectDatabase({
      url: database.url,
      poolSize: 1,
      statementTimeoutMs: 2_000,
      applicationName: 'test',
    });
    await trimChanges(db, { days: 1, rows: 1 });
    await db.$disconnect();

    for (const id of [old, 'made-up', `ffffffff.99999999..`]) {
      const stream = await open(second.url, '', { 'last-event-id': id });
      await stream.count(1);
      expect(stream.events[0]).toMatchObject({ event: 'reset', data: { detail: expect.any(String) } });
      await waitUntil(() => stream.lastEventId !== '');
      const next = await add();
      await stream.count(2);
      expect(stream.contractIds().slice(1)).toEqual([next]);
    }
    // Streams that were open all along have lost nothing.
    expect(from.events.map(({ event }) => event)).not.toContain('reset');
  });
});

test('events go on after the connection that listens was ended', async () => {
  const stream = await (await open(first.url)).live();
  await runSql(
    database.url,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'hangar-bay-api-changes'`,
  );
  const id = await add();
  await stream.count(1);
  expect(stream.contractIds()).toEqual([id]);
});

test('a reader that does not read is dropped, and the others are not held up', async () => {
  const [slow, quick] = await Promise.all([open(first.url), open(first.url)]);
  await Promise.all([slow.live(), quick.live()]);
  slow.response.pause();
  const title = 'x'.repeat(20_000);
  let sent = 0;
  while ((await closedAsSlow()) === 0 && sent < 5_000) {
    const rows = Array.from({ length: 200 }, (_, index) =>
      contract({ contract_id: nextId + 1 + index, title }),
    );
    nextId += 200;
    sent += 200;
    await insert(database.url, 'contracts', rows);
    await quick.count(sent);
  }
  expect(await closedAsSlow()).toBe(1);
  expect(quick.isOver).toBe(false);

  async function closedAsSlow(): Promise<number> {
    const { text } = await request(first.url).get('/metrics').expect(200);
    return Number(/^hangar_bay_streams_closed_total\{reason="slow"\} (\d+)$/m.exec(text)?.[1] ?? 0);
  }
});

test('one address has a bounded number of streams, and all of them together too', async () => {
  const few = await startOn(database.url, { STREAMS_PER_ADDRESS: '2' });
  const opened = await Promise.all([open(few.url), open(few.url)]);
  const refused = await request(few.url).get(STREAM).expect(429);
  expect(refused.body).toMatchObject({ error_code: 'too_many_streams' });
  expect(refused.headers['retry-after']).toBeDefined();
  opened[0].close();
  await waitUntil(async () => (await open(few.url)).response.statusCode === 200);
  await few.app.stop();

  const full = await startOn(database.url, { STREAMS_MAX: '1' });
  await open(full.url);
  const noRoom = await request(full.url).get(STREAM).expect(503);
  expect(noRoom.body).toMatchObject({ detail: expect.stringContaining('no room') });
  await full.app.stop();
});

test('streams end with their instance, at once', async () => {
  const third = await startOn(database.url);
  const stream = await (await open(third.url)).live();
  const over = once(stream.response, 'end');
  const startedAt = performance.now();
  await third.app.stop();
  await over;
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('parameters are checked as in the lists', async () => {
  const refused = await request(first.url).get(`${STREAM}?sort=price`).expect(400);
  expect(refused.body).toMatchObject({ errors: [{ parameter: 'sort' }] });
  await request(first.url).get(`${STREAM}?status=any`).expect(400);
  await request(first.url)
    .head(STREAM)
    .expect(200)
    .expect('Content-Type', /event-stream/);
  await request(first.url).options(STREAM).expect(204).expect('Allow', 'GET, HEAD, OPTIONS');
  await request(first.url).post(STREAM).expect(405);
});
