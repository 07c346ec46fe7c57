import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { waitUntil } from '../setup/wait-until.js';
import { DERELIK, insertRegionsToRefresh, startAdmin, type AdminUnderTest } from './admin-under-test.js';
import { bodyOf } from './operators.js';

let admin: AdminUnderTest;

beforeAll(async () => {
  admin = await startAdmin();
});

afterAll(() => admin.stop());

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
    const response = await request(admin.url)[verb](`/api/v1/admin${path}`).set('Accept', 'text/html');
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
    admin.expectDocumented(path.replace('bids', '{name}'), response);
  });

  test.each(['/status', '/flags', '/dead-letters', '/audit'])('viewers read %s', async (path) => {
    const response = await admin.vic.get(path).expect(200);
    expect(response.headers['cache-control']).toBe('no-store');
    admin.expectDocumented(path, response);
  });

  test('viewers change nothing', async () => {
    const answers = await Promise.all([
      admin.vic.post('/refresh'),
      admin.vic.post('/dead-letters/retry', { reason: 'no_items' }),
      admin.vic.post('/dead-letters/x/retry'),
      admin.vic.delete('/dead-letters/x'),
      admin.vic.put('/flags/bids', { enabled: false, reason: 'test' }),
    ]);
    for (const answer of answers) {
      expect([answer.status, bodyOf(answer).error_code]).toEqual([403, 'role_too_low']);
    }
    expect(
      await admin.query(`SELECT * FROM audit_log WHERE operator = 'vic' AND action <> 'sign_in'`),
    ).toEqual([]);
  });

  test('a cookie changes something from pages of this site only', async () => {
    const cookie = `hangar_bay_session=${admin.ada.token}`;
    const ask = () => request(admin.url).post('/api/v1/admin/refresh').set('Cookie', cookie);
    await ask().expect(403);
    await ask().set('Origin', 'https://example.org').expect(403);
    await ask().set('Sec-Fetch-Site', 'same-origin').expect(202);
  });

  test('there is nothing else here, and no other method', async () => {
    await admin.ada.get('/nothing').expect(404);
    await admin.ada.put('/refresh').expect(405).expect('Allow', 'POST, OPTIONS');
  });
});

describe('a switch', () => {
  beforeAll(() => insertRegionsToRefresh(admin));

  const flags = async () => bodyOf(await admin.vic.get('/flags').expect(200)).data;

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
    const response = await admin.ada.put('/flags/bids', { enabled: false, reason: 'ESI is odd' }).expect(200);
    admin.expectDocumented('/flags/{name}', response);
    expect(await flags()).toContainEqual(response.body);
    expect(response.body).toMatchObject({ name: 'bids', enabled: false, changed_by: 'ada' });
  });

  test('of a region stops its refresh', async () => {
    await admin.ada.put(`/flags/region:${DERELIK}`, { enabled: false, reason: 'test' }).expect(200);
    const response = await admin.ada.post('/refresh', { region_ids: [DERELIK] }).expect(202);
    expect(bodyOf(response).data).toMatchObject([{ region_id: DERELIK, outcome: 'switched_off' }]);
    await admin.ada.put(`/flags/region:${DERELIK}`, { enabled: true, reason: 'test' }).expect(200);
  });

  test.each(['nothing', 'region:10000099', 'region:x', 'region:99999999999', 'region:'])(
    'is not called %s',
    async (name) => {
      const response = await admin.ada.put(`/flags/${name}`, { enabled: false, reason: 'test' }).expect(404);
      admin.expectDocumented('/flags/{name}', response);
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
    admin.expectDocumented('/flags/{name}', await admin.ada.put('/flags/bids', body).expect(400));
  });

  test('of the admin writes stops all of them but the switches', async () => {
    await admin.ada.put('/flags/admin_writes', { enabled: false, reason: 'a migration' }).expect(200);
    try {
      const refused = await admin.ada.post('/refresh').expect(503);
      admin.expectDocumented('/refresh', refused);
      expect(refused.body).toMatchObject({
        error_code: 'switched_off',
        detail: expect.stringContaining('a migration'),
      });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      await admin.ada.delete('/dead-letters/x').expect(503);
      await request(admin.url)
        .put('/admin/queues/api/queues/contract/pause')
        .auth(admin.ada.token, { type: 'bearer' })
        .expect(503);
    } finally {
      await admin.ada.put('/flags/admin_writes', { enabled: true, reason: 'done' }).expect(200);
    }
    await admin.ada.post('/refresh').expect(202);
  });
});

describe('the audit log', () => {
  test('tells who did what, on what, and how it ended', async () => {
    await admin.ada
      .put('/flags/stream', { enabled: false, reason: 'test' })
      .set('X-Request-Id', 'audited-1')
      .expect(200);
    await admin.ada.delete('/dead-letters/dlq-none').set('X-Request-Id', 'audited-2').expect(404);
    const response = await admin.vic.get('/audit?operator=ada&limit=2').expect(200);
    admin.expectDocumented('/audit', response);
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
    await request(admin.url)
      .put('/admin/queues/api/queues/contract/pause')
      .auth(admin.ada.token, { type: 'bearer' })
      .expect(200);
    await waitUntil(
      async () => {
        const [entry] = bodyOf(await admin.vic.get('/audit?action=queues&limit=1')).data;
        return (
          entry?.['target'] === 'PUT /admin/queues/api/queues/contract/pause' && entry['outcome'] === 'done'
        );
      },
      { what: 'the pause is written down' },
    );
  });

  test('is read page by page, the newest first', async () => {
    const total = Number((await admin.query(`SELECT count(*) AS n FROM audit_log`))[0]?.['n']);
    expect(total).toBeGreaterThan(5);
    const ids: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const body = bodyOf(await admin.vic.get(`/audit?limit=5${cursor && `&cursor=${cursor}`}`).expect(200));
      ids.push(...body.data.map(({ audit_id }) => Number(audit_id)));
      cursor = body.page.next_cursor;
    }
    expect(ids).toHaveLength(total);
    expect(ids).toEqual([...ids].sort((left, right) => right - left));
  });
});
