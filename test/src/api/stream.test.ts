import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { waitUntil } from '../setup/wait-until.js';
import { STREAM, startStreams, type StreamsUnderTest } from './streams-under-test.js';
import { contract, insert, oneShip } from './world.js';

let streams: StreamsUnderTest;

beforeAll(async () => {
  streams = await startStreams();
});

afterEach(() => streams.closeStreams());

afterAll(() => streams.stop());

test('what appears and goes is told to the streams of all instances', async () => {
  const both = await Promise.all([streams.first.open(), streams.second.open()]);
  await Promise.all(both.map((stream) => stream.live()));
  const id = await streams.add({ title: 'two\nlines', ...oneShip(587) });
  await streams.endAt(id);
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
  const stream = await (await streams.first.open()).live();
  const id = await streams.add({ items_state: 'pending', visible_since: null });
  await runSql(
    streams.databaseUrl,
    `UPDATE contracts SET items_state = 'stored', visible_since = now() WHERE contract_id = ${id}`,
  );
  await streams.endAt(id);
  await runSql(streams.databaseUrl, `UPDATE contracts SET gone_at = NULL WHERE contract_id = ${id}`);
  await stream.count(3);
  expect(stream.events.map(({ event }) => event)).toEqual([
    'contract.appeared',
    'contract.gone',
    'contract.appeared',
  ]);
});

test('filters hold for both kinds of event', async () => {
  const [cheap, all] = await Promise.all([
    streams.first.open('?max_price=100&region_id=10000002'),
    streams.first.open(),
  ]);
  await Promise.all([cheap.live(), all.live()]);
  const expected = await streams.add({ price: 99 });
  const dear = await streams.add({ price: 101 });
  const elsewhere = await streams.add({ price: 99, region_id: 10000043 });
  await Promise.all([expected, dear, elsewhere].map(streams.endAt));
  const last = await streams.add({ price: 1 });
  await waitUntil(() => cheap.contractIds().includes(last) && all.contractIds().includes(last));
  expect(cheap.contractIds()).toEqual([expected, expected, last]);
  expect(all.events).toHaveLength(7);
});

test('events go on after the connection that listens was ended', async () => {
  const stream = await (await streams.first.open()).live();
  const ended = await runSql(
    streams.databaseUrl,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'hangar-bay-api-changes'`,
  );
  expect(ended).not.toEqual([]);
  const id = await streams.add();
  await stream.count(1);
  expect(stream.contractIds()).toEqual([id]);
});

test('a reader that does not read is dropped, and the others are not held up', async () => {
  const [slow, quick] = await Promise.all([streams.first.open(), streams.first.open()]);
  await Promise.all([slow.live(), quick.live()]);
  slow.response.pause();
  const title = 'x'.repeat(20_000);
  let sent = 0;
  while ((await closedAsSlow()) === 0 && sent < 5_000) {
    const start = streams.takeIds(200);
    const rows = Array.from({ length: 200 }, (_, index) => contract({ contract_id: start + index, title }));
    sent += 200;
    await insert(streams.databaseUrl, 'contracts', rows);
    await quick.count(sent);
  }
  expect(await closedAsSlow()).toBe(1);
  expect(quick.isOver).toBe(false);

  async function closedAsSlow(): Promise<number> {
    const { text } = await request(streams.first.url).get('/metrics').expect(200);
    return Number(/^hangar_bay_streams_closed_total\{reason="slow"\} (\d+)$/m.exec(text)?.[1] ?? 0);
  }
});

test('one address has a bounded number of streams, and all of them together too', async () => {
  const few = await streams.start({ STREAMS_PER_ADDRESS: '2' });
  const opened = await Promise.all([few.open(), few.open()]);
  const refused = await request(few.url).get(STREAM).expect(429);
  expect(refused.body).toMatchObject({ error_code: 'too_many_streams' });
  expect(refused.headers['retry-after']).toBeDefined();
  opened[0].close();
  await waitUntil(async () => (await few.open()).response.statusCode === 200);
  await few.app.stop();

  const full = await streams.start({ STREAMS_MAX: '1' });
  await full.open();
  const noRoom = await request(full.url).get(STREAM).expect(503);
  expect(noRoom.body).toMatchObject({ detail: expect.stringContaining('no room') });
  await full.app.stop();
});

test('streams end with their instance, at once', async () => {
  const third = await streams.start();
  const stream = await (await third.open()).live();
  const over = once(stream.response, 'end');
  const startedAt = performance.now();
  await third.app.stop();
  await over;
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('parameters are checked as in the lists', async () => {
  const refused = await request(streams.first.url).get(`${STREAM}?sort=price`).expect(400);
  expect(refused.body).toMatchObject({ errors: [{ parameter: 'sort' }] });
  await request(streams.first.url).get(`${STREAM}?status=any`).expect(400);
  await request(streams.first.url)
    .head(STREAM)
    .expect(200)
    .expect('Content-Type', /event-stream/);
  await request(streams.first.url).options(STREAM).expect(204).expect('Allow', 'GET, HEAD, OPTIONS');
  await request(streams.first.url).post(STREAM).expect(405);
});
