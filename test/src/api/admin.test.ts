import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createProducer, type Producer } from '@hangar-bay/queues';
import request, { type Response } from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { waitUntil } from '../setup/wait-until.js';
import { startApi, twoOperators, type ApiUnderTest } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';
import { bodyOf, signInAs, type OperatorClient } from './operators.js';

let api: ApiUnderTest;
let producer: Producer;
let documented: DocumentedApi;
let ada: OperatorClient;
let vic: OperatorClient;

const [FORGE, DOMAIN, DERELIK] = [10000002, 10000043, 10000001];

const query = (statement: string) => runSql(api.databaseUrl, statement);

const expectDocumented = (path: string, response: Response) =>
  documented.expectDocumented(`/api/v1/admin${path}`, response);

beforeAll(async () => {
  api = await startApi({ OPS_USERS: twoOperators() });
  documented = await readDocument(api.url);
  producer = createProducer({ url: api.queueUrl, onError: () => undefined });
  [ada, vic] = await Promise.all([signInAs(api.url, 'ada'), signInAs(api.url, 'vic')]);
});

afterAll(async () => {
  await producer.close();
  await api.stop();
});

describe('who may', () => {
  test.each([
    ['GET', '/status'],
    ['GET', '/flags'],
    ['GET', '/dead-letters'],
    ['GET', '/audit'],
    ['POST', '/refresh'],
    ['PUT', '/flags/bids'],
  ])('%s %s is nothing for strangers', async (method, path) => {
    const verb = method.toLowerCase() as 'get' | 'post' | 'put';
    const response = await request(api.url)[verb](`/api/v1/admin${path}`).set('Accept', 'text/html');
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
    expectDocumented(path.replace('bids', '{name}'), response);
  });

  test.each(['/status', '/flags', '/dead-letters', '/audit'])('viewers read %s', async (path) => {
    const response = await vic.get(path).expect(200);
    expect(response.headers['cache-control']).toBe('no-store');
    expectDocumented(path, response);
  });

  test('viewers change nothing', async () => {
    const answers = await Promise.all([
      vic.post('/refresh'),
      vic.post('/dead-letters/retry', { reason: 'no_items' }),
      vic.post('/dead-letters/x/retry'),
      vic.delete('/dead-letters/x'),
      vic.put('/flags/bids', { enabled: false, reason: 'test' }),
    ]);
    for (const answer of answers) {
      expect([answer.status, bodyOf(answer).error_code]).toEqual([403, 'role_too_low']);
    }
    expect(await query(`SELECT * FROM audit_log WHERE operator = 'vic' AND action <> 'sign_in'`)).toEqual([]);
  });

  test('a cookie changes something from pages of this site only', async () => {
    const cookie = `hangar_bay_session=${ada.token}`;
    const ask = () => request(api.url).post('/api/v1/admin/refresh').set('Cookie', cookie);
    await ask().expect(403);
    await ask().set('Origin', 'https://example.org').expect(403);
    await ask().set('Sec-Fetch-Site', 'same-origin').expect(202);
  });

  test('there is nothing else here, and no other method', async () => {
    await ada.get('/nothing').expect(404);
    await ada.put('/refresh').expect(405).expect('Allow', 'POST, OPTIONS');
  });
});

describe('the refresh', () => {
  const outcomes = (response: Response): Record<string, unknown> =>
    Object.fromEntries(bodyOf(response).data.map(({ region_id, outcome }) => [String(region_id), outcome]));

  beforeAll(async () => {
    await query(`INSERT INTO regions (region_id, next_due_at)
      VALUES (${FORGE}, now() + interval '15 min'), (${DOMAIN}, now() + interval '20 min'), (${DERELIK}, NULL)`);
    await query(`INSERT INTO region_pages (region_id, page, last_modified, page_count, fresh_until, contract_ids)
      VALUES (${FORGE}, 1, now(), 2, now() - interval '1 min', '{}'), (${FORGE}, 2, now(), 2, now() - interval '2 min', '{}'),
             (${DOMAIN}, 1, now(), 2, now() - interval '1 min', '{}'), (${DOMAIN}, 2, now(), 2, now() + interval '10 min', '{}')`);
  });

  test("queues what may be asked for, and waits for ESI's cache of the rest", async () => {
    const response = await ada.post('/refresh').expect(202);
    expectDocumented('/refresh', response);
    expect(outcomes(response)).toEqual({ [DERELIK]: 'queued', [FORGE]: 'queued', [DOMAIN]: 'cached' });
    const jobs = await producer.listRegionSweeps();
    expect([...jobs.keys()].sort()).toEqual([DERELIK, FORGE]);

    const due = await query(`
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
    await ada.post('/refresh', { region_ids: [FORGE, FORGE] }).expect(202);
    const queue = producer.queues.find(({ name }) => name === 'region-sweep');
    expect(await queue?.getJobCounts('waiting', 'delayed')).toEqual({ waiting: 2, delayed: 0 });
  });

  test.each([
    [{ region_ids: [FORGE, 10000099] }, 'region_ids'],
    [{ region_ids: [] }, 'region_ids'],
    [{ region_ids: ['x'] }, 'region_ids.0'],
    [{ region_ids: [2 ** 40] }, 'region_ids.0'],
    [{ regions: [FORGE] }, ''],
  ])('refuses %j', async (body, parameter) => {
    const response = await ada.post('/refresh', body).expect(400);
    expectDocumented('/refresh', response);
    expect(bodyOf(response).errors).toMatchObject([{ parameter }]);
  });

  test('refuses a body that is not JSON', async () => {
    const response = await ada.post('/refresh').type('text').send('all').expect(415);
    expectDocumented('/refresh', response);
  });
});

describe('a request with an Idempotency-Key', () => {
  const refresh = (key: string, region_ids: number[]) =>
    ada.post('/refresh', { region_ids }).set('Idempotency-Key', key);
  const refreshesIn = async () =>
    Number((await query(`SELECT count(*) AS n FROM audit_log WHERE action = 'refresh'`))[0]?.['n']);

  test('is done once, and answered alike', async () => {
    const key = randomUUID();
    const before = await refreshesIn();
    const first = await refresh(key, [FORGE]).expect(202);
    await query(`UPDATE region_pages SET fresh_until = now() + interval '1 h' WHERE region_id = ${FORGE}`);
    const second = await refresh(key, [FORGE]).expect(202);
    await query(`UPDATE region_pages SET fresh_until = now() - interval '1 h' WHERE region_id = ${FORGE}`);
    expect(second.text).toBe(first.text);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(await refreshesIn()).toBe(before + 1);
  });

  test('is answered alike where the answer was a refusal', async () => {
    const key = randomUUID();
    const ask = () => ada.post('/dead-letters/dlq-contract-1/retry').set('Idempotency-Key', key).expect(404);
    const [first, second] = [await ask(), await ask()];
    expect(second.text).toBe(first.text);
    expectDocumented('/dead-letters/{id}/retry', second);
  });

  test('is refused with another body, and free with another route, operator or key', async () => {
    const key = randomUUID();
    await refresh(key, [FORGE]).expect(202);
    const other = await refresh(key, [DERELIK]).expect(422);
    expectDocumented('/refresh', other);
    expect(other.body).toMatchObject({ error_code: 'idempotency_key_reused' });
    await ada.post('/dead-letters/retry', { reason: 'no_items' }).set('Idempotency-Key', key).expect(202);
    await refresh(randomUUID(), [DERELIK]).expect(202);
  });

  test('is worked on by one of many that come together', async () => {
    const key = randomUUID();
    const before = await refreshesIn();
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(key, [FORGE])));
    expect(await refreshesIn()).toBe(before + 1);
    for (const answer of answers) {
      expect([202, 409]).toContain(answer.status);
      expectDocumented('/refresh', answer);
    }
    const [busy] = answers.filter(({ status }) => status === 409);
    expect(busy === undefined || busy.headers['retry-after'] === '1').toBe(true);
    await refresh(key, [FORGE]).expect(202).expect('Idempotency-Replayed', 'true');
  });

  test('is taken over from one that was cut off, and begins anew after a day', async () => {
    const key = randomUUID();
    await refresh(key, [FORGE]).expect(202);
    const cutOff = `UPDATE idempotency_keys SET status = NULL, body = NULL WHERE key = '${key}'`;
    await query(cutOff);
    await refresh(key, [FORGE]).expect(409);
    await query(`UPDATE idempotency_keys SET leased_until = now() WHERE key = '${key}'`);
    await refresh(key, [DERELIK]).expect(422);
    const taken = await refresh(key, [FORGE]).expect(202);
    expect(taken.headers).not.toHaveProperty('idempotency-replayed');

    await query(`UPDATE idempotency_keys SET created_at = now() - interval '25 h' WHERE key = '${key}'`);
    const anew = await refresh(key, [DERELIK]).expect(202);
    expect(anew.headers).not.toHaveProperty('idempotency-replayed');
  });

  test.each(['', 'a b', 'x'.repeat(201)])('is no request with the key %j', async (key) => {
    const response = await refresh(key, [FORGE]).expect(400);
    expect(bodyOf(response).errors).toMatchObject([{ parameter: 'Idempotency-Key' }]);
  });
});

describe('the dead letter', () => {
  const page = async (path: string) => bodyOf(await ada.get(`/dead-letters${path}`).expect(200));

  beforeEach(async () => {
    await query(`DELETE FROM dead_letters`);
    await query(`
      INSERT INTO dead_letters (id, queue, reason, error, contract_id, payload, correlation_id, first_at, last_at)
      SELECT 'dlq-contract-' || n, 'contract', CASE WHEN n % 3 = 0 THEN 'invalid_items' ELSE 'no_items' END, 'Odd',
             n, '{"raw":[1,"\\u0000"]}', 'run-' || n, timestamptz '2026-01-01' + (n / 10) * interval '1 s', now()
        FROM generate_series(1, 25) AS n`);
    await query(`
      INSERT INTO dead_letters (id, queue, reason, error, region_id, payload, correlation_id)
      VALUES ('dlq-region-sweep-7', 'region-sweep', 'invalid_contract', 'Odd', ${FORGE}, '{}', 'run')`);
  });

  test('is listed page by page, each entry once', async () => {
    const ids: string[] = [];
    let path: string | null = '?limit=7&queue=contract';
    while (path !== null) {
      const response: Response = await vic.get(`/dead-letters${path}`).expect(200);
      expectDocumented('/dead-letters', response);
      const body = bodyOf(response);
      ids.push(...body.data.map(({ id }) => String(id)));
      // Failing again changes no place.
      await query(`UPDATE dead_letters SET last_at = now(), attempts = attempts + 1`);
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
      const response = await ada.get(`/dead-letters${path}`).expect(400);
      expectDocumented('/dead-letters', response);
    }
  });

  test('shows an entry with what ESI sent', async () => {
    const response = await vic.get('/dead-letters/dlq-contract-3').expect(200);
    expectDocumented('/dead-letters/{id}', response);
    expect(response.body).toMatchObject({ reason: 'invalid_items', payload: { raw: [1, '\u0000'] } });
    await vic.get('/dead-letters/dlq-contract-99').expect(404);
    await vic.get('/dead-letters/%00').expect(400);
  });

  test('is discarded for good, here and on the dashboard', async () => {
    const id = 'dlq-contract-5';
    await producer.addDeadLetter({ dead_letter_id: id, reason: 'no_items', error: 'Odd', run_id: 'run-5' });
    await ada.delete(`/dead-letters/${id}`).expect(204);
    const queue = producer.queues.find(({ name }) => name === 'dead-letter');
    expect(await queue?.getJob(id)).toBeUndefined();
    const again = await ada.delete(`/dead-letters/${id}`).expect(404);
    expectDocumented('/dead-letters/{id}', again);
  });

  test('is tried again by reason, a bounded number at a time', async () => {
    await query(`
      INSERT INTO dead_letters (id, queue, reason, error, contract_id, payload, correlation_id)
      SELECT 'dlq-contract-' || n, 'contract', 'no_items', 'Odd', n, '{}', 'run'
        FROM generate_series(1000, 1299) AS n`);
    const first = await ada.post('/dead-letters/retry', { reason: 'no_items' }).expect(202);
    expectDocumented('/dead-letters/retry', first);
    expect(first.body).toEqual({ reason: 'no_items', retried: 200, remaining: 117 });
    const second = await ada.post('/dead-letters/retry', { reason: 'no_items' }).expect(202);
    expect(second.body).toEqual({ reason: 'no_items', retried: 117, remaining: 0 });
    const queue = producer.queues.find(({ name }) => name === 'contract');
    expect(await queue?.getJob('contract-1299')).toMatchObject({ data: { contract_id: 1299 } });
    expect((await page('')).reasons).toContainEqual({ reason: 'no_items', count: 317, retrying: 317 });
  });

  test.each([{}, { reason: '' }, { reason: 'a b' }, { reason: 'no_items', all: true }])(
    'is not tried again by %j',
    async (body) => {
      expectDocumented('/dead-letters/retry', await ada.post('/dead-letters/retry', body).expect(400));
    },
  );
});

describe('a switch', () => {
  const flags = async () => bodyOf(await vic.get('/flags').expect(200)).data;

  test('is on until somebody moves it', async () => {
    expect((await flags()).find(({ name }) => name === 'bids')).toEqual({
      name: 'bids',
      enabled: true,
      reason: null,
      changed_by: null,
      changed_at: null,
    });
  });

  test('is moved by name, with a reason', async () => {
    const response = await ada.put('/flags/bids', { enabled: false, reason: 'ESI is odd' }).expect(200);
    expectDocumented('/flags/{name}', response);
    expect(await flags()).toContainEqual(response.body);
    expect(response.body).toMatchObject({ name: 'bids', enabled: false, changed_by: 'ada' });
  });

  test('of a region stops its refresh', async () => {
    await ada.put(`/flags/region:${DERELIK}`, { enabled: false, reason: 'test' }).expect(200);
    const response = await ada.post('/refresh', { region_ids: [DERELIK] }).expect(202);
    expect(bodyOf(response).data).toMatchObject([{ region_id: DERELIK, outcome: 'switched_off' }]);
    await ada.put(`/flags/region:${DERELIK}`, { enabled: true, reason: 'test' }).expect(200);
  });

  test.each(['nothing', 'region:10000099', 'region:x', 'region:99999999999', 'region:'])(
    'is not called %s',
    async (name) => {
      const response = await ada.put(`/flags/${name}`, { enabled: false, reason: 'test' }).expect(404);
      expectDocumented('/flags/{name}', response);
    },
  );

  test.each([
    {},
    { enabled: 'no', reason: 'test' },
    { enabled: false },
    { enabled: false, reason: '' },
    { enabled: false, reason: 'a\u0000b' },
    { enabled: false, reason: '\ud800' },
  ])('is not moved by %j', async (body) => {
    expectDocumented('/flags/{name}', await ada.put('/flags/bids', body).expect(400));
  });

  test('of the admin writes stops all of them but the switches', async () => {
    await ada.put('/flags/admin_writes', { enabled: false, reason: 'a migration' }).expect(200);
    try {
      const refused = await ada.post('/refresh').expect(503);
      expectDocumented('/refresh', refused);
      expect(refused.body).toMatchObject({
        error_code: 'switched_off',
        detail: expect.stringContaining('a migration'),
      });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      await ada.delete('/dead-letters/x').expect(503);
      await request(api.url)
        .put('/admin/queues/api/queues/contract/pause')
        .auth(ada.token, { type: 'bearer' })
        .expect(503);
    } finally {
      await ada.put('/flags/admin_writes', { enabled: true, reason: 'done' }).expect(200);
    }
    await ada.post('/refresh').expect(202);
  });
});

describe('the audit log', () => {
  test('tells who did what, on what, and how it ended', async () => {
    await ada
      .put('/flags/stream', { enabled: false, reason: 'test' })
      .set('X-Request-Id', 'audited-1')
      .expect(200);
    await ada.delete('/dead-letters/dlq-none').set('X-Request-Id', 'audited-2').expect(404);
    const response = await vic.get('/audit?operator=ada&limit=2').expect(200);
    expectDocumented('/audit', response);
    expect(bodyOf(response).data).toMatchObject([
      {
        action: 'dead_letters.discard',
        target: 'dlq-none',
        outcome: 'refused',
        status: 404,
        request_id: 'audited-2',
      },
      {
        operator: 'ada',
        role: 'operator',
        action: 'flags.set',
        target: 'stream',
        details: { name: 'stream', enabled: false, reason: 'test' },
        outcome: 'done',
        status: 200,
        request_id: 'audited-1',
      },
    ]);
  });

  test('has what is done in Bull Board', async () => {
    await request(api.url)
      .put('/admin/queues/api/queues/contract/pause')
      .auth(ada.token, { type: 'bearer' })
      .expect(200);
    await waitUntil(
      async () => {
        const [entry] = bodyOf(await vic.get('/audit?action=queues&limit=1')).data;
        return (
          entry?.['target'] === 'PUT /admin/queues/api/queues/contract/pause' && entry['outcome'] === 'done'
        );
      },
      { what: 'the pause is written down' },
    );
  });

  test('is read page by page, the newest first', async () => {
    const total = Number((await query(`SELECT count(*) AS n FROM audit_log`))[0]?.['n']);
    const ids: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const body = bodyOf(await vic.get(`/audit?limit=5${cursor && `&cursor=${cursor}`}`).expect(200));
      ids.push(...body.data.map(({ audit_id }) => Number(audit_id)));
      cursor = body.page.next_cursor;
    }
    expect(ids).toHaveLength(total);
    expect(ids).toEqual([...ids].sort((left, right) => right - left));
  });
});
