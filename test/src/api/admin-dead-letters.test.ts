import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import { FORGE, startAdmin, type AdminUnderTest } from './admin-under-test.js';
import { bodyOf } from './operators.js';

let admin: AdminUnderTest;

beforeAll(async () => {
  admin = await startAdmin();
});

afterAll(() => admin.stop());

describe('the dead letter', () => {
  const page = async (path: string) => bodyOf(await admin.ada.get(`/dead-letters${path}`).expect(200));

  beforeEach(async () => {
    await admin.query(`DELETE FROM dead_letters`);
    await admin.query(`
      INSERT INTO dead_letters (id, queue, reason, error, contract_id, payload, correlation_id, first_at, last_at)
      SELECT 'dlq-contract-' || n, 'contract', CASE WHEN n % 3 = 0 THEN 'invalid_items' ELSE 'no_items' END, 'Odd',
             n, '{"raw":[1,"\\u0000"]}', 'run-' || n, timestamptz '2026-01-01' + (n / 10) * interval '1 s', now()
        FROM generate_series(1, 25) AS n`);
    await admin.query(`
      INSERT INTO dead_letters (id, queue, reason, error, region_id, payload, correlation_id)
      VALUES ('dlq-region-sweep-7', 'region-sweep', 'invalid_contract', 'Odd', ${FORGE}, '{}', 'run')`);
  });

  test('is listed page by page, each entry once', async () => {
    const ids: string[] = [];
    let path: string | null = '?limit=7&queue=contract';
    while (path !== null) {
      const response: Response = await admin.vic.get(`/dead-letters${path}`).expect(200);
      admin.expectDocumented('/dead-letters', response);
      const body = bodyOf(response);
      ids.push(...body.data.map(({ id }) => String(id)));
      // Failing again changes no place.
      await admin.query(`UPDATE dead_letters SET last_at = now(), attempts = attempts + 1`);
      path = body.page.next_cursor && `?limit=7&queue=contract&cursor=${body.page.next_cursor}`;
    }
    expect(ids).toHaveLength(25);
    expect(new Set(ids).size).toBe(25);
  });

  test('is filtered and counted by reason and queue', async () => {
    const all = await page('?limit=1');
    expect(all.reasons).toEqual([
      { reason: 'no_items', count: 17, retrying: 0 },
      { reason: 'invalid_items', count: 8, retrying: 0 },
      { reason: 'invalid_contract', count: 1, retrying: 0 },
    ]);
    const some = await page('?queue=contract&reason=invalid_items');
    expect(some.data).toHaveLength(8);
    expect(some.reasons).toHaveLength(2);
  });

  test('takes no cursor of another query', async () => {
    const { next_cursor: cursor } = (await page('?limit=1')).page;
    for (const path of [`?reason=no_items&cursor=${cursor}`, `?cursor=x${cursor}`, '?cursor=abc']) {
      const response = await admin.ada.get(`/dead-letters${path}`).expect(400);
      admin.expectDocumented('/dead-letters', response);
    }
  });

  test('shows an entry with what ESI sent', async () => {
    const response = await admin.vic.get('/dead-letters/dlq-contract-3').expect(200);
    admin.expectDocumented('/dead-letters/{id}', response);
    expect(response.body).toMatchObject({ reason: 'invalid_items', payload: { raw: [1, '\u0000'] } });
    await admin.vic.get('/dead-letters/dlq-contract-99').expect(404);
    await admin.vic.get('/dead-letters/%00').expect(400);
  });

  test('is discarded for good, here and on the dashboard', async () => {
    const id = 'dlq-contract-5';
    await admin.producer.addDeadLetter({
      dead_letter_id: id,
      reason: 'no_items',
      error: 'Odd',
      run_id: 'run-5',
    });
    await admin.ada.delete(`/dead-letters/${id}`).expect(204);
    const queue = admin.producer.queues.find(({ name }) => name === 'dead-letter');
    expect(await queue?.getJob(id)).toBeUndefined();
    const again = await admin.ada.delete(`/dead-letters/${id}`).expect(404);
    admin.expectDocumented('/dead-letters/{id}', again);
  });

  test('is tried again by reason, a bounded number at a time', async () => {
    await admin.query(`
      INSERT INTO dead_letters (id, queue, reason, error, contract_id, payload, correlation_id)
      SELECT 'dlq-contract-' || n, 'contract', 'no_items', 'Odd', n, '{}', 'run'
        FROM generate_series(1000, 1299) AS n`);
    const first = await admin.ada.post('/dead-letters/retry', { reason: 'no_items' }).expect(202);
    admin.expectDocumented('/dead-letters/retry', first);
    expect(first.body).toEqual({ reason: 'no_items', retried: 200, remaining: 117 });
    const second = await admin.ada.post('/dead-letters/retry', { reason: 'no_items' }).expect(202);
    expect(second.body).toEqual({ reason: 'no_items', retried: 117, remaining: 0 });
    const queue = admin.producer.queues.find(({ name }) => name === 'contract');
    expect(await queue?.getJob('contract-1299')).toMatchObject({ data: { contract_id: 1299 } });
    expect((await page('')).reasons).toContainEqual({ reason: 'no_items', count: 317, retrying: 317 });
  });

  test.each([{}, { reason: '' }, { reason: 'a b' }, { reason: 'no_items', all: true }])(
    'is not tried again by %j',
    async (body) => {
      admin.expectDocumented(
        '/dead-letters/retry',
        await admin.ada.post('/dead-letters/retry', body).expect(400),
      );
    },
  );
});
