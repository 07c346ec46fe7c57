import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { connectDatabase, createFlags, forgetOperatorTraces, type Database } from '@hangar-bay/database';
import { createProducer } from '@hangar-bay/queues';
import { contract, insert } from '../api/world.js';
import { startMaintainedDatabase } from '../maintenance/maintained-database.js';
import { ENDED, LIVING, startRetention } from '../retention/retention-under-test.js';
import { createRetentionWorker, prepareRetention } from '../retention/retention-worker.js';
import { startAggregation } from '../end-to-end/aggregation.js';
import { runSql } from '../setup/run-sql.js';
import { testQueueUrls, type QueueBackend } from '../setup/test-queues.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { waitUntil } from '../setup/wait-until.js';

const turn = (databaseUrl: string, name: string, enabled: boolean) =>
  runSql(
    databaseUrl,
    `INSERT INTO flags (name, enabled, reason, changed_by) VALUES ('${name}', ${enabled}, 'a drill', 'ada')
     ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled`,
  );

describe('the switches of a process', () => {
  let database: TestDatabase;
  let db: Database;

  beforeEach(async () => {
    database = await createTestDatabase();
    db = connectDatabase({
      url: database.url,
      poolSize: 4,
      statementTimeoutMs: 10_000,
      applicationName: 'switches-test',
    });
  });

  afterEach(async () => {
    await db.$disconnect();
    await database.drop();
  });

  test('are on until they are moved, and are seen when they are asked about again', async () => {
    const flags = createFlags(db, { maxAgeMs: 0 });
    expect(await flags.isOn('bids')).toBe(true);
    await turn(database.url, 'bids', false);
    expect(await flags.isOn('bids')).toBe(false);
    expect(await flags.isOn('region:10000002')).toBe(true);
    expect(await flags.find('bids')).toMatchObject({ reason: 'a drill', changed_by: 'ada' });
    await turn(database.url, 'bids', true);
    expect(await flags.isOn('bids')).toBe(true);
  });

  test('are read once in a while, whoever asks how often', async () => {
    const findMany = jest.spyOn(db.flag, 'findMany');
    const flags = createFlags(db, { maxAgeMs: 60_000 });
    await Promise.all(Array.from({ length: 50 }, () => flags.isOn('items')));
    await turn(database.url, 'items', false);
    expect(await flags.isOn('items')).toBe(true);
    expect(findMany).toHaveBeenCalledTimes(1);
    flags.forget();
    expect(await flags.isOn('items')).toBe(false);
  });

  test('hold on as they were last read while the table cannot be read', async () => {
    const errors: unknown[] = [];
    const flags = createFlags(db, { maxAgeMs: 0, onError: (error) => errors.push(error) });
    await turn(database.url, 'stream', false);
    expect(await flags.isOn('stream')).toBe(false);
    await runSql(database.url, 'ALTER TABLE flags RENAME TO flags_away');
    expect(await flags.isOn('stream')).toBe(false);
    expect(errors).toHaveLength(1);
    await runSql(database.url, 'ALTER TABLE flags_away RENAME TO flags');
    await turn(database.url, 'stream', true);
    expect(await flags.isOn('stream')).toBe(true);
  });

  test('and what else operators leave behind: it is forgotten when its time is over', async () => {
    await runSql(
      database.url,
      `INSERT INTO audit_log (at, operator, role, action, outcome, request_id)
       VALUES (now() - interval '366 days', 'ada', 'operator', 'old', 'done', 'r'), (now(), 'ada', 'operator', 'new', 'done', 'r');
       INSERT INTO idempotency_keys (operator, route, key, body_hash, lease_id, leased_until, created_at)
       VALUES ('ada', 'POST /x', 'old', '', gen_random_uuid(), now(), now() - interval '25 h'),
              ('ada', 'POST /x', 'new', '', gen_random_uuid(), now(), now());
       INSERT INTO sign_in_failures VALUES ('192.0.2.1', now() - interval '2 h', 1), ('192.0.2.2', now(), 1);
       INSERT INTO operator_sessions (session_id, operator, credential, token_hash, expires_at)
       VALUES (gen_random_uuid(), 'ada', '', 'old', now() - interval '31 days'), (gen_random_uuid(), 'ada', '', 'new', now())`,
    );
    expect(await forgetOperatorTraces(db)).toBe(4);
    expect(await forgetOperatorTraces(db)).toBe(0);
  });
});

test('bids and mutated items rest while they are switched off, and others go on', async () => {
  const maintained = await startMaintainedDatabase();
  try {
    await turn(maintained.databaseUrl, 'bids', false);
    await turn(maintained.databaseUrl, 'dynamic_items', false);
    // No name at all, which makes them unknown.
    maintained.esi.answers.set('/universe/names', { body: [] });
    // Whatever was read before is forgotten by the time a name is resolved that came after so long.
    const resolveName = async (id: number) => {
      await maintained.query(`INSERT INTO names (id) VALUES (${id})`);
      await waitUntil(
        async () =>
          (await maintained.query(`SELECT FROM names WHERE id = ${id} AND failed_at IS NOT NULL`)).length ===
          1,
        { what: `the name of ${id} is asked for` },
      );
    };
    await maintained.query(`SELECT pg_sleep(2.1)`);
    await insert(maintained.databaseUrl, 'contracts', [
      contract({ contract_id: 1, type: 'auction', bids_due_at: null, bids_etag: null }),
    ]);
    await resolveName(2112000001);
    await resolveName(2112000002);
    const askedForBids = () => maintained.esi.asked.filter((path) => path.includes('/bids/')).length;
    expect(askedForBids()).toBe(0);

    await turn(maintained.databaseUrl, 'bids', true);
    await waitUntil(() => askedForBids() === 1, { what: 'the bids are asked for' });
  } finally {
    await maintained.stop();
  }
});

test('a region that is switched off is not asked for, and others are', async () => {
  const [domain, heimatar] = [10000043, 10000030];
  const [{ open }] = testQueueUrls() as [QueueBackend];
  const aggregation = await startAggregation(open, { regionIds: [domain, heimatar], contracts: 300 });
  const sweptRegions = async () =>
    (await aggregation.query('SELECT DISTINCT region_id FROM sweeps ORDER BY region_id')).map(
      ({ region_id }) => region_id,
    );
  try {
    await turn(aggregation.databaseUrl, `region:${domain}`, false);
    await aggregation.worker.start();
    await waitUntil(async () => (await sweptRegions()).length > 0, { what: 'a region is swept' });
    // Due once more: by then both would have been.
    await aggregation.letCachesExpire();
    await waitUntil(async () => (await aggregation.query('SELECT FROM sweeps')).length > 1, {
      what: 'it is swept again',
    });
    expect(await sweptRegions()).toEqual([heimatar]);
    expect((await aggregation.requests()).filter(({ path }) => path.includes(String(domain)))).toEqual([]);

    await turn(aggregation.databaseUrl, `region:${domain}`, true);
    await waitUntil(async () => (await sweptRegions()).length === 2, { what: 'the other is swept too' });
  } finally {
    await aggregation.stop();
  }
}, 60_000);

test('nothing is archived or deleted while that is switched off', async () => {
  const retention = await startRetention();
  await prepareRetention(retention);
  await retention.sql(`INSERT INTO audit_log (at, operator, role, action, outcome, request_id)
    VALUES (now() - interval '2 years', 'ada', 'operator', 'old', 'done', 'r')`);
  await turn(retention.url, 'archive', false);
  const producer = createProducer({ url: retention.url, onError: () => undefined });
  const worker = createRetentionWorker(retention);
  await worker.start();
  try {
    await waitUntil(async () => (await retention.sql('SELECT FROM audit_log')).length === 0, {
      what: 'retention has run',
    });
    expect(await retention.contractIds()).toEqual([...ENDED, ...LIVING]);
    await turn(retention.url, 'archive', true);
    await waitUntil(
      async () => {
        await producer.addMaintenance('retention', 'drill');
        return (await retention.contractIds()).length === LIVING.length;
      },
      { what: 'what has ended is archived and deleted' },
    );
  } finally {
    await producer.close();
    await worker.stop();
    await retention.close();
  }
});
