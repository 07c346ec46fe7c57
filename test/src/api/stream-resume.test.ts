import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { connectDatabase, trimChanges } from '@hangar-bay/database';
import { Client } from 'pg';
import { runSql } from '../setup/run-sql.js';
import { waitUntil } from '../setup/wait-until.js';
import { startStreams, type Instance, type StreamsUnderTest } from './streams-under-test.js';
import { contract, insert } from './world.js';

let streams: StreamsUnderTest;

beforeAll(async () => {
  streams = await startStreams();
});

afterEach(() => streams.closeStreams());

afterAll(() => streams.stop());

describe('who comes back with the last id', () => {
  test('gets what was missed, once, from whichever instance, though it was committed out of order', async () => {
    const slow = new Client({ connectionString: streams.databaseUrl });
    await slow.connect();
    const before = await (await streams.first.open()).live();
    await slow.query('BEGIN');
    // Takes its place in the log before the others, and is committed after them.
    await slow.query(
      `UPDATE contracts SET gone_at = now() WHERE contract_id = (SELECT min(contract_id) FROM contracts WHERE gone_at IS NULL)`,
    );
    const seen = await streams.add();
    await before.count(1);
    expect(before.contractIds()).toEqual([seen]);
    before.close();
    const missed = await streams.add();
    await slow.query('COMMIT');
    await slow.end();
    const later = await streams.add();

    for (const instance of [streams.second, streams.first]) {
      const after = await instance.open('', { 'Last-Event-ID': before.lastEventId });
      await after.live();
      const next = await streams.add();
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
        const client = new Client({ connectionString: streams.databaseUrl });
        await client.connect();
        await client.query('BEGIN');
        return client;
      }),
    );
    const start = await (await streams.first.open()).live();
    const received: number[] = [];
    const ids: number[] = [];
    let token = start.lastEventId;
    start.close();
    for (let round = 0; round < 60; round += 1) {
      // Each transaction writes some rows, and they end in another order than they began in.
      const writer = writers[(round * round + round) % writers.length] as Client;
      const id = streams.takeIds(1);
      ids.push(id);
      await writer.query(
        `INSERT INTO contracts (contract_id, region_id, type, issuer_id, issuer_corporation_id, date_issued, date_expired, items_state, visible_since)
         VALUES ($1, 10000002, 'courier', 1, 2, now(), now() + interval '1 day', 'none', now())`,
        [id],
      );
      const ender = writers[(round * 7 + 3) % writers.length] as Client;
      if (round % 3 !== 0) {
        await ender.query('COMMIT; BEGIN');
      }
      if (round % 5 === 4) {
        token = await readFor(
          round % 2 === 0 ? streams.first : streams.second,
          token,
          received,
          1 + (round % 4),
        );
      }
    }
    await Promise.all(writers.map((writer) => writer.query('COMMIT')));
    await Promise.all(writers.map((writer) => writer.end()));
    await readFor(streams.second, token, received, ids.length - received.length);
    expect([...received].sort()).toEqual([...ids].sort());

    /** Goes on from a token until it has seen so many more events, where they are there; leaves in the midst of them. */
    async function readFor(instance: Instance, from: string, into: number[], count: number): Promise<string> {
      const stream = await (await instance.open('', { 'Last-Event-ID': from })).live();
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
    const from = await (await streams.first.open()).live();
    const start = streams.takeIds(500);
    await insert(
      streams.databaseUrl,
      'contracts',
      Array.from({ length: 500 }, (_, index) => contract({ contract_id: start + index })),
    );
    await waitUntil(() => from.contractIds().includes(start + 499));
    const cut = from.events.find(({ data }) => data['contract_id'] === start + 317);
    const rest = await streams.second.open(`?last_event_id=${cut?.id ?? ''}`);
    await rest.count(182);
    const next = await streams.add();
    await rest.count(183);
    expect(rest.contractIds()).toEqual([
      ...Array.from({ length: 182 }, (_, index) => start + 318 + index),
      next,
    ]);
  });

  test("is told to load again where the log no longer reaches back, or the id is nobody's", async () => {
    const from = await (await streams.first.open()).live();
    await streams.add();
    await from.count(1);
    const old = from.lastEventId;
    for (let count = 2; count <= 4; count += 1) {
      await streams.add();
      await from.count(count);
    }
    // One of somebody else that is older than what is trimmed might have rows there, and all streams would begin anew.
    await waitUntil(isNothingOlderOpen, { what: 'transactions older than the last change have ended' });
    await streams.add();
    await from.count(5);
    const db = connectDatabase({
      url: streams.databaseUrl,
      poolSize: 1,
      statementTimeoutMs: 2_000,
      applicationName: 'test',
    });
    await trimChanges(db, { days: 1, rows: 3 });
    await db.$disconnect();

    for (const id of [old, 'made-up', `ffffffff.99999999..`]) {
      const stream = await streams.second.open('', { 'last-event-id': id });
      await stream.count(1);
      expect(stream.events[0]).toMatchObject({ event: 'reset', data: { detail: expect.any(String) } });
      await waitUntil(() => stream.lastEventId !== '');
      const next = await streams.add();
      await stream.count(2);
      expect(stream.contractIds().slice(1)).toEqual([next]);
    }
    // Streams that were open all along have lost nothing.
    expect(from.events.map(({ event }) => event)).not.toContain('reset');
  }, 20_000);
});

/** Of the whole server: other suites write beside this one. */
async function isNothingOlderOpen(): Promise<boolean> {
  const [row] = await runSql(
    streams.databaseUrl,
    `SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint > max(xid) AS is_so FROM changes`,
  );
  return row?.['is_so'] === true;
}
