import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createProducer, type Producer } from '@hangar-bay/queues';
import request from 'supertest';
import { PASSWORD, type ApiUnderTest } from './api-under-test.js';
import type { DocumentedApi } from './documented-answer.js';
import { BOARD, LOGIN, startSignIn, type SignInUnderTest } from './sign-in-under-test.js';

let api: ApiUnderTest;
let documented: DocumentedApi;
let login: SignInUnderTest['login'];
let tokensOf: SignInUnderTest['tokensOf'];
let producer: Producer;

const PAUSE = '/admin/queues/api/queues/contract/pause';

beforeAll(async () => {
  ({ api, documented, login, tokensOf } = await startSignIn());
  producer = createProducer({ url: api.queueUrl, onError: () => undefined });
  await producer.addContracts([{ contract_id: 210000001, run_id: 'run-1' }]);
});

afterAll(async () => {
  await producer.close();
  await api.stop();
});

const tokenOf = async (username: string) => (await tokensOf(username)).access_token;

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
