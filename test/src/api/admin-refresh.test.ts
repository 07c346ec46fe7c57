import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import {
  DERELIK,
  DOMAIN,
  FORGE,
  insertRegionsToRefresh,
  startAdmin,
  type AdminUnderTest,
} from './admin-under-test.js';
import { bodyOf } from './operators.js';

let admin: AdminUnderTest;

beforeAll(async () => {
  admin = await startAdmin();
  await insertRegionsToRefresh(admin);
});

afterAll(() => admin.stop());

describe('the refresh', () => {
  const outcomes = (response: Response): Record<string, unknown> =>
    Object.fromEntries(bodyOf(response).data.map(({ region_id, outcome }) => [String(region_id), outcome]));

  test("queues what may be asked for, and waits for ESI's cache of the rest", async () => {
    const response = await admin.ada.post('/refresh').expect(202);
    admin.expectDocumented('/refresh', response);
    expect(outcomes(response)).toEqual({ [DERELIK]: 'queued', [FORGE]: 'queued', [DOMAIN]: 'cached' });
    const jobs = await admin.producer.listRegionSweeps();
    expect([...jobs.keys()].sort()).toEqual([DERELIK, FORGE]);

    const due = await admin.query(`
      SELECT region_id, next_due_at <= now() AS is_due,
             next_due_at = (SELECT max(fresh_until) FROM region_pages WHERE region_id = regions.region_id) AS ends_with_cache
        FROM regions ORDER BY region_id`);
    expect(due).toEqual([
      { region_id: DERELIK, is_due: true, ends_with_cache: null },
      { region_id: FORGE, is_due: true, ends_with_cache: false },
      { region_id: DOMAIN, is_due: false, ends_with_cache: true },
    ]);
  });

  test('adds no second job for a region', async () => {
    await admin.ada.post('/refresh', { region_ids: [FORGE, FORGE] }).expect(202);
    const queue = admin.producer.queues.find(({ name }) => name === 'region-sweep');
    expect(await queue?.getJobCounts('waiting', 'delayed')).toEqual({ waiting: 2, delayed: 0 });
  });

  test.each([
    [{ region_ids: [FORGE, 10000099] }, 'region_ids'],
    [{ region_ids: [] }, 'region_ids'],
    [{ region_ids: ['x'] }, 'region_ids.0'],
    [{ region_ids: [2 ** 40] }, 'region_ids.0'],
    [{ regions: [FORGE] }, ''],
  ])('refuses %j', async (body, parameter) => {
    const response = await admin.ada.post('/refresh', body).expect(400);
    admin.expectDocumented('/refresh', response);
    expect(bodyOf(response).errors).toMatchObject([{ parameter }]);
  });

  test('refuses a body that is not JSON', async () => {
    const response = await admin.ada.post('/refresh').type('text').send('all').expect(415);
    admin.expectDocumented('/refresh', response);
  });
});

describe('a request with an Idempotency-Key', () => {
  const refresh = (key: string, region_ids: number[]) =>
    admin.ada.post('/refresh', { region_ids }).set('Idempotency-Key', key);
  const refreshesIn = async () =>
    Number((await admin.query(`SELECT count(*) AS n FROM audit_log WHERE action = 'refresh'`))[0]?.['n']);

  test('is done once, and answered alike', async () => {
    const key = randomUUID();
    const before = await refreshesIn();
    const first = await refresh(key, [FORGE]).expect(202);
    await admin.query(
      `UPDATE region_pages SET fresh_until = now() + interval '1 h' WHERE region_id = ${FORGE}`,
    );
    const second = await refresh(key, [FORGE]).expect(202);
    await admin.query(
      `UPDATE region_pages SET fresh_until = now() - interval '1 h' WHERE region_id = ${FORGE}`,
    );
    expect(second.text).toBe(first.text);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await refreshesIn()).toBe(before + 1);
  });

  test('is answered alike where the answer was a refusal', async () => {
    const key = randomUUID();
    const ask = () =>
      admin.ada.post('/dead-letters/dlq-contract-1/retry').set('Idempotency-Key', key).expect(404);
    const [first, second] = [await ask(), await ask()];
    expect(second.text).toBe(first.text);
    admin.expectDocumented('/dead-letters/{id}/retry', second);
  });

  test('is refused with another body, and free with another route, operator or key', async () => {
    const key = randomUUID();
    await refresh(key, [FORGE]).expect(202);
    const other = await refresh(key, [DERELIK]).expect(422);
    admin.expectDocumented('/refresh', other);
    expect(other.body).toMatchObject({ error_code: 'idempotency_key_reused' });
    await admin.ada
      .post('/dead-letters/retry', { reason: 'no_items' })
      .set('Idempotency-Key', key)
      .expect(202);
    await refresh(randomUUID(), [DERELIK]).expect(202);
  });

  test('is worked on by one of many that come together', async () => {
    const key = randomUUID();
    const before = await refreshesIn();
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(key, [FORGE])));
    expect(await refreshesIn()).toBe(before + 1);
    for (const answer of answers) {
      expect([202, 409]).toContain(answer.status);
      admin.expectDocumented('/refresh', answer);
    }
    const [busy] = answers.filter(({ status }) => status === 409);
    expect(busy === undefined || busy.headers['retry-after'] === '1').toBe(true);
    await refresh(key, [FORGE]).expect(202).expect('Idempotency-Replayed', 'true');
  });

  test('is taken over from one that was cut off, and begins anew after a day', async () => {
    const key = randomUUID();
    await refresh(key, [FORGE]).expect(202);
    const cutOff = `UPDATE idempotency_keys SET status = NULL, body = NULL WHERE key = '${key}'`;
    await admin.query(cutOff);
    await refresh(key, [FORGE]).expect(409);
    await admin.query(`UPDATE idempotency_keys SET leased_until = now() WHERE key = '${key}'`);
    await refresh(key, [DERELIK]).expect(422);
    const taken = await refresh(key, [FORGE]).expect(202);
    expect(taken.headers).not.toHaveProperty('idempotency-replayed');

    await admin.query(
      `UPDATE idempotency_keys SET created_at = now() - interval '25 h' WHERE key = '${key}'`,
    );
    const anew = await refresh(key, [DERELIK]).expect(202);
    expect(anew.headers).not.toHaveProperty('idempotency-replayed');
  });

  test.each(['', 'a b', 'x'.repeat(201)])('is no request with the key %j', async (key) => {
    const response = await refresh(key, [FORGE]).expect(400);
    expect(bodyOf(response).errors).toMatchObject([{ parameter: 'Idempotency-Key' }]);
  });
});
