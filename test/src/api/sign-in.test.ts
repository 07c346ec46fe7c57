import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createProducer, type Producer } from '@hangar-bay/queues';
import { createApiApp, readApiConfig } from '@hangar-bay/api';
import request, { type Response } from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { PASSWORD, envOf, hashCheaply, startApi, twoOperators, type ApiUnderTest } from './api-under-test.js';
import { readDocument, type DocumentedApi } from './documented-answer.js';

let api: ApiUnderTest;
let producer: Producer;
let documented: DocumentedApi;

const LOGIN = '/api/v1/auth/login';
const REFRESH = '/api/v1/auth/refresh';
const BOARD = '/admin/queues/';
const PAUSE = '/admin/queues/api/queues/contract/pause';

beforeAll(async () => {
  // Behind a proxy on loopback, so that each test can come from an address of its own.
  api = await startApi({ OPS_USERS: twoOperators(), TRUST_PROXY: 'loopback' });
  documented = await readDocument(api.url);
  producer = createProducer({ url: api.queueUrl, onError: () => undefined });
  await producer.addContracts([{ contract_id: 210000001, run_id: 'run-1' }]);
});

afterAll(async () => {
  await producer.close();
  await api.stop();
});

const login = (username: string, password: string, address = '192.0.2.1') =>
  request(api.url).post(LOGIN).set('X-Forwarded-For', address).send({ username, password });

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly refresh_expires_in: number;
}

const tokensOf = async (username: string) => (await login(username, PASSWORD).expect(200)).body as Tokens;

const tokenOf = async (username: string) => (await tokensOf(username)).access_token;

const refresh = (refresh_token: string) => request(api.url).post(REFRESH).send({ refresh_token });

describe('signing in', () => {
  test('gives a token for programs and a cookie for browsers', async () => {
    const response = await login('ada', PASSWORD).expect(200);
    documented.expectDocumented(LOGIN, response);
    expect(response.body).toMatchObject({ token_type: 'Bearer', expires_in: 1800 });
    const [session, refreshing] = response.headers['set-cookie'] ?? [];
    expect(session).toMatch(
      /^hangar_bay_session=\S+; Max-Age=1800; Path=\/; .*HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(refreshing).toMatch(
      /^hangar_bay_refresh=\S+; Max-Age=604800; Path=\/api\/v1\/auth; .*HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(response.headers['cache-control']).toBe('no-store');
  });

  test.each([
    ['ada', 'wrong'],
    ['nobody', PASSWORD],
  ])('as %s with %s is refused', async (username, password) => {
    const response = await login(username, password, '192.0.2.2').expect(401);
    documented.expectDocumented(LOGIN, response);
    expect(response.body).toMatchObject({ error_code: 'wrong_credentials' });
    expect(response.headers).not.toHaveProperty('set-cookie');
  });

  test.each([
    ['{"username":"ada"', 'application/json', 400],
    ['{"username":"ada"}', 'application/json', 400],
    ['[]', 'application/json', 400],
    ['username=ada&password=x', 'application/x-www-form-urlencoded', 415],
    [`{"username":"${'a'.repeat(110_000)}"}`, 'application/json', 413],
  ])('with the body %.30s as %s is %i', async (body, type, status) => {
    const response = await request(api.url).post(LOGIN).set('Content-Type', type).send(body).expect(status);
    documented.expectDocumented(LOGIN, response);
  });

  test('is refused for a while after ten failures from an address, also where they come together', async () => {
    const attempts = await Promise.all(Array.from({ length: 12 }, () => login('ada', 'wrong', '192.0.2.3')));
    expect(attempts.map(({ status }) => status).sort()).toEqual([...Array<number>(10).fill(401), 429, 429]);
    const throttled = await login('ada', PASSWORD, '192.0.2.3').expect(429);
    documented.expectDocumented(LOGIN, throttled);
    expect(Number(throttled.headers['retry-after'])).toBeGreaterThan(0);
    await login('ada', PASSWORD, '192.0.2.4').expect(200);
  });
});

describe('Bull Board', () => {
  test('sends browsers to the sign-in page and programs away', async () => {
    const browser = await request(api.url)
      .get('/admin/queues/queue/tick')
      .set('Accept', 'text/html')
      .expect(303);
    expect(browser.headers['location']).toBe('/admin/sign-in?to=%2Fadmin%2Fqueues%2Fqueue%2Ftick');
    const program = await request(api.url).get(`${BOARD}api/queues`).expect(401);
    expect(program.body).toMatchObject({ error_code: 'not_signed_in' });
    expect(program.headers['www-authenticate']).toBe('Bearer');
  });

  test('opens through the sign-in page', async () => {
    const agent = request.agent(api.url);
    const page = await agent.get('/admin/sign-in?to=/admin/queues/queue/contract').expect(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.text).toContain('value="/admin/queues/queue/contract"');
    const form = { username: 'ada', password: PASSWORD, to: '/admin/queues/queue/contract' };
    const signedIn = await agent.post('/admin/sign-in').type('form').send(form).expect(303);
    expect(signedIn.headers['location']).toBe('/admin/queues/queue/contract');

    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] as string;
    const board = await request(api.url)
      .get('/admin/queues/queue/contract')
      .set('Cookie', cookie)
      .expect(200);
    expect(board.text).toContain('<base href="/admin/queues/" />');
    const jobs = await request(api.url)
      .get(`${BOARD}api/queues?activeQueue=contract`)
      .set('Cookie', cookie)
      .expect(200);
    expect(JSON.stringify(jobs.body)).toContain('contract-210000001');
  });

  test.each([
    'https://example.org/',
    '//example.org/admin/queues',
    '/admin/queues/../../x',
    'javascript:alert(1)',
  ])('is where signing in leads, whatever the link says: %s', async (to) => {
    const { headers } = await request(api.url)
      .post('/admin/sign-in')
      .type('form')
      .send({ username: 'ada', password: PASSWORD, to })
      .expect(303);
    expect(headers['location']).toBe('/admin/queues');
  });

  test('takes no sign-in from another site', async () => {
    const form = { username: 'ada', password: PASSWORD };
    const foreign = request(api.url)
      .post('/admin/sign-in')
      .set('Origin', 'https://example.org')
      .type('form')
      .send(form);
    await foreign.expect(403);
  });

  test('lets an operator act and a viewer look', async () => {
    const [operator, viewer] = [await tokenOf('ada'), await tokenOf('vic')];
    await request(api.url).get(`${BOARD}api/queues`).auth(viewer, { type: 'bearer' }).expect(200);
    const refused = await request(api.url).put(PAUSE).auth(viewer, { type: 'bearer' }).expect(403);
    expect(refused.body).toMatchObject({ error_code: 'role_too_low' });
    await request(api.url).put(PAUSE).auth(operator, { type: 'bearer' }).expect(200);
    await request(api.url)
      .put(PAUSE.replace('pause', 'resume'))
      .auth(operator, { type: 'bearer' })
      .expect(200);
  });

  test.each([
    [{}, 403],
    [{ Origin: 'https://example.org' }, 403],
    [{ Origin: 'null' }, 403],
    [{ 'Sec-Fetch-Site': 'same-site' }, 403],
    [{ 'Sec-Fetch-Site': 'same-origin' }, 200],
  ])('takes a change by cookie only from its own pages: %j', async (headers, status) => {
    const cookie = `hangar_bay_session=${await tokenOf('ada')}`;
    await request(api.url).put(PAUSE).set('Cookie', cookie).set(headers).expect(status);
  });

  test.each(['', 'x.y.z', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.'])(
    'is closed to the token %j',
    async (token) => {
      await request(api.url).get(`${BOARD}api/queues`).set('Authorization', `Bearer ${token}`).expect(401);
    },
  );
});

describe('a session', () => {
  test('is refreshed by program: each refresh token is good once', async () => {
    const first = await tokensOf('ada');
    const response = await refresh(first.refresh_token).expect(200);
    documented.expectDocumented(REFRESH, response);
    expect(response.headers).not.toHaveProperty('set-cookie');
    const second = response.body as Tokens;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second.refresh_expires_in).toBeLessThanOrEqual(first.refresh_expires_in);
    await request(api.url)
      .get(`${BOARD}api/queues`)
      .auth(second.access_token, { type: 'bearer' })
      .expect(200);
    await refresh(second.refresh_token).expect(200);
  });

  test('goes on where two refresh at once: one gets tokens, the other is told so, and nothing is revoked', async () => {
    const { refresh_token } = await tokensOf('ada');
    const answers = await Promise.all([refresh(refresh_token), refresh(refresh_token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    answers.forEach((answer) => documented.expectDocumented(REFRESH, answer));
    const next = answers.find(({ status }) => status === 200)?.body as Tokens;
    await refresh(next.refresh_token).expect(200);
  });

  test('ends for the thief and the owner when a spent token is used again', async () => {
    const first = await tokensOf('ada');
    const second = (await refresh(first.refresh_token).expect(200)).body as Tokens;
    await runSql(api.databaseUrl, `UPDATE operator_sessions SET rotated_at = rotated_at - interval '11 s'`);
    const stolen = await refresh(first.refresh_token).expect(401);
    documented.expectDocumented(REFRESH, stolen);
    expect(stolen.body).toMatchObject({ error_code: 'session_ended' });
    await refresh(second.refresh_token).expect(401);
    expect(
      await runSql(api.databaseUrl, `SELECT operator FROM audit_log WHERE action = 'refresh_token_reused'`),
    ).toEqual([{ operator: 'ada' }]);
  });

  test('ends a week after the password was entered, however often it is refreshed', async () => {
    const { refresh_token, refresh_expires_in } = await tokensOf('ada');
    expect(refresh_expires_in).toBe(7 * 24 * 3600);
    await runSql(api.databaseUrl, `UPDATE operator_sessions SET expires_at = now()`);
    await refresh(refresh_token).expect(401);
  });

  test('is kept by hashes alone', async () => {
    const { refresh_token } = await tokensOf('ada');
    const rows = await runSql(api.databaseUrl, `SELECT * FROM operator_sessions`);
    expect(JSON.stringify(rows)).not.toContain(refresh_token.split('.')[1]);
  });

  test.each([
    ['removed', 'vic'],
    ['given another password', 'ada'],
  ])('is not refreshed once its operator is %s', async (_what, name) => {
    const { refresh_token } = await tokensOf('ada');
    const OPS_USERS = `${name}:${hashCheaply('another password')}`;
    const env = envOf(api.databaseUrl, { QUEUE_URL: api.queueUrl, OPS_USERS });
    const changed = createApiApp(readApiConfig(env));
    const { url } = await changed.start();
    try {
      await request(url).post(REFRESH).send({ refresh_token }).expect(401);
    } finally {
      await changed.stop();
    }
    // For good, also where the old list is still in force.
    await refresh(refresh_token).expect(401);
  });

  test('is refreshed by cookie from its own pages only, and then shows no token to scripts', async () => {
    const cookie = cookiesOf(await login('ada', PASSWORD).expect(200));
    await request(api.url).post(REFRESH).set('Cookie', cookie).expect(403);
    await request(api.url)
      .post(REFRESH)
      .set('Cookie', cookie)
      .set('Origin', 'https://example.org')
      .expect(403);
    const response = await request(api.url)
      .post(REFRESH)
      .set('Cookie', cookie)
      .set('Sec-Fetch-Site', 'same-origin')
      .expect(200);
    documented.expectDocumented(REFRESH, response);
    expect(response.body).toEqual({
      token_type: 'Bearer',
      expires_in: 1800,
      refresh_expires_in: expect.any(Number),
    });
    expect(cookiesOf(response)).toMatch(/hangar_bay_session=\S+; hangar_bay_refresh=\S+/);
  });

  test.each([{}, { refresh_token: 'x' }, { refresh_token: `${'a'.repeat(22)}.${'b'.repeat(43)}` }])(
    'is not refreshed by %j',
    async (body) => {
      documented.expectDocumented(REFRESH, await request(api.url).post(REFRESH).send(body).expect(401));
    },
  );

  test.each([{ refresh_token: 5 }, { token: 'x' }])('is not refreshed by the body %j', async (body) => {
    const response = await request(api.url).post(REFRESH).send(body).expect(400);
    documented.expectDocumented(REFRESH, response);
  });
});

describe('signing out', () => {
  const LOGOUT = '/api/v1/auth/logout';

  test('takes the cookies back, and ends the session', async () => {
    const signedIn = await login('ada', PASSWORD).expect(200);
    const cookie = cookiesOf(signedIn);
    await request(api.url).post(LOGOUT).set('Cookie', cookie).expect(403);
    const { headers } = await request(api.url)
      .post(LOGOUT)
      .set('Cookie', cookie)
      .set('Sec-Fetch-Site', 'same-origin')
      .expect(204);
    expect(String(headers['set-cookie'])).toMatch(
      /^hangar_bay_session=; .*Expires=Thu, 01 Jan 1970.*hangar_bay_refresh=; Path=\/api\/v1\/auth; Expires=Thu/,
    );
    await refresh((signedIn.body as Tokens).refresh_token).expect(401);
  });

  test.each([
    ['its refresh token', ({ refresh_token }: Tokens) => ({ body: { refresh_token }, headers: {} })],
    [
      'its access token',
      ({ access_token }: Tokens) => ({ body: {}, headers: { Authorization: `Bearer ${access_token}` } }),
    ],
  ])('by program ends the session of %s', async (_what, describeRequest) => {
    const tokens = await tokensOf('ada');
    const { body, headers } = describeRequest(tokens);
    await request(api.url).post(LOGOUT).set(headers).send(body).expect(204);
    await refresh(tokens.refresh_token).expect(401);
  });

  test('from the page of the account ends the session', async () => {
    const agent = request.agent(api.url);
    const form = { username: 'ada', password: PASSWORD };
    const signedIn = await agent.post('/admin/sign-in').type('form').send(form).expect(303);
    const cookie = cookiesOf(signedIn);
    await request(api.url)
      .post('/admin/sign-out')
      .set('Cookie', cookie)
      .set('Sec-Fetch-Site', 'same-origin')
      .expect(303);
    await request(api.url)
      .post(REFRESH)
      .set('Cookie', cookie)
      .set('Sec-Fetch-Site', 'same-origin')
      .expect(401);
  });

  test('of nobody is fine', async () => {
    await request(api.url).post(LOGOUT).expect(204);
  });
});

/** The cookies that an answer sets, as a browser would send them. */
function cookiesOf(response: Response): string {
  const set = response.headers['set-cookie'] as unknown as string[];
  return set.map((cookie) => cookie.split(';')[0]).join('; ');
}
