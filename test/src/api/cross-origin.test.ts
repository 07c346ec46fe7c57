import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApi, type ApiUnderTest } from './api-under-test.js';

const FRONTEND = 'https://contracts.example';
const STRANGER = 'https://stranger.example';
const PATH = '/api/v1/regions';

let api: ApiUnderTest;

beforeAll(async () => {
  api = await startApi({ CORS_ORIGINS: `${FRONTEND},http://localhost:5173`, RATE_LIMIT_PER_MINUTE: '10' });
});

afterAll(() => api.stop());

test('a script of a named origin may read answers and what tells of them', async () => {
  const { headers } = await request(api.url).get(PATH).set('Origin', FRONTEND).expect(200);
  expect(headers['access-control-allow-origin']).toBe(FRONTEND);
  expect(headers).not.toHaveProperty('access-control-allow-credentials');
  expect(headers['vary']).toMatch(/\bOrigin\b/);
  for (const name of ['ETag', 'Last-Modified', 'RateLimit', 'Retry-After', 'X-Request-Id']) {
    expect(headers['access-control-expose-headers']).toContain(name);
  }
});

test.each([STRANGER, 'null', `${FRONTEND}.evil.example`])('a script of %s may not', async (origin) => {
  const { headers } = await request(api.url).get(PATH).set('Origin', origin).expect(200);
  expect(headers).not.toHaveProperty('access-control-allow-origin');
  // Else a cache would give this answer to the frontend too.
  expect(headers['vary']).toMatch(/\bOrigin\b/);
});

test('an answer without an Origin also varies by it', async () => {
  const { headers } = await request(api.url).get(PATH).expect(200);
  expect(headers['vary']).toMatch(/\bOrigin\b/);
});

test('a preflight says what may be sent', async () => {
  const { headers } = await request(api.url)
    .options(PATH)
    .set({
      Origin: FRONTEND,
      'Access-Control-Request-Method': 'GET',
      'Access-Control-Request-Headers': 'if-none-match',
    })
    .expect(204);
  expect(headers).toMatchObject({
    'access-control-allow-origin': FRONTEND,
    'access-control-allow-methods': expect.stringContaining('GET'),
    'access-control-allow-headers': expect.stringContaining('If-None-Match'),
    'access-control-max-age': '7200',
  });
});

test('a preflight of a stranger, and an OPTIONS that is none, tell what the route takes', async () => {
  const preflight = { 'Access-Control-Request-Method': 'GET' };
  const strange = await request(api.url)
    .options(PATH)
    .set({ Origin: STRANGER, ...preflight })
    .expect(204);
  const plain = await request(api.url).options(PATH).set('Origin', FRONTEND).expect(204);
  expect(strange.headers).not.toHaveProperty('access-control-allow-origin');
  expect([strange.headers['allow'], plain.headers['allow']]).toEqual([
    'GET, HEAD, OPTIONS',
    'GET, HEAD, OPTIONS',
  ]);
});

test('a script may read why it was refused', async () => {
  const wrong = await request(api.url).get(`${PATH}?x=1`).set('Origin', FRONTEND).expect(400);
  expect(wrong.headers['access-control-allow-origin']).toBe(FRONTEND);
  let last = wrong;
  for (let times = 0; times < 11; times += 1) {
    last = await request(api.url).get(PATH).set('Origin', FRONTEND);
  }
  expect(last.status).toBe(429);
  expect(last.headers['access-control-allow-origin']).toBe(FRONTEND);
});
