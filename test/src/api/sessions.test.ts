import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig } from '@hangar-bay/api';
import request, { type Response } from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { PASSWORD, envOf, hashCheaply, type ApiUnderTest } from './api-under-test.js';
import type { DocumentedApi } from './documented-answer.js';
import { BOARD, startSignIn, type SignInUnderTest, type Tokens } from './sign-in-under-test.js';

let api: ApiUnderTest;
let documented: DocumentedApi;
let login: SignInUnderTest['login'];
let tokensOf: SignInUnderTest['tokensOf'];

const REFRESH = '/api/v1/auth/refresh';

beforeAll(async () => {
  ({ api, documented, login, tokensOf } = await startSignIn());
});

afterAll(() => api.stop());

const refresh = (refresh_token: string) => request(api.url).post(REFRESH).send({ refresh_token });

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
