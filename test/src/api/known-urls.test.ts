import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request, { type Response } from 'supertest';
import { startApi, type ApiUnderTest } from './api-under-test.js';

const FRONTEND = 'https://contracts.example';
const LIST = '/api/v1/contracts?limit=7';
const MISSING = '/api/v1/contracts/7';
/** What may differ between two answers. */
const CHANGING = ['date', 'x-request-id', 'ratelimit', 'cache-control', 'content-length'];

let open: ApiUnderTest;
let limited: ApiUnderTest;

beforeAll(async () => {
  [open, limited] = await Promise.all([
    startApi({ CORS_ORIGINS: FRONTEND, RESPONSE_CACHE_MB: '16' }),
    startApi({ RATE_LIMIT_PER_MINUTE: '2' }),
  ]);
});

afterAll(() => Promise.all([open.stop(), limited.stop()]));

const lasting = ({ headers }: Response) =>
  Object.fromEntries(
    Object.entries(headers as Record<string, string>).filter(([name]) => !CHANGING.includes(name)),
  );

describe('a URL that was asked before', () => {
  test.each([
    ['a list', LIST, 200],
    ['what is not there', MISSING, 404],
  ])('is answered with the headers of the first time: %s', async (_what, path, status) => {
    for (const origin of [FRONTEND, 'https://stranger.example']) {
      const ask = () => request(open.url).get(path).set('Origin', origin).expect(status);
      const [first, second] = [await ask(), await ask()];
      expect(lasting(second)).toEqual(lasting(first));
      expect(second.headers).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'strict-transport-security': expect.any(String),
        'x-content-type-options': 'nosniff',
        'ratelimit-policy': expect.any(String),
        vary: expect.stringMatching(/\bOrigin\b/),
      });
      expect(second.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
      expect(second.headers['access-control-allow-origin']).toBe(origin === FRONTEND ? FRONTEND : undefined);
    }
  });

  test('is known by the request id of each asker', async () => {
    await request(open.url).get(MISSING).expect(404);
    const second = await request(open.url).get(MISSING).set('X-Request-Id', 'second').expect(404);
    expect(second.headers['x-request-id']).toBe('second');
    expect(second.body).toMatchObject({ request_id: 'second', instance: MISSING, error_code: 'not_found' });
  });

  test('takes HEAD, and no other methods than before', async () => {
    const { headers } = await request(open.url).get(LIST).expect(200);
    expect(headers['content-length']).toMatch(/^\d+$/);
    const head = await request(open.url).head(LIST).expect(200);
    expect(head.headers['content-length']).toBe(headers['content-length']);
    await request(open.url).get(LIST).set('If-None-Match', String(headers['etag'])).expect(304);
    const refused = await request(open.url).post(LIST).expect(405);
    expect(refused.headers['allow']).toBe('GET, HEAD, OPTIONS');
  });

  test('is limited as any other', async () => {
    await request(limited.url).get(LIST).expect(200);
    await request(limited.url).get(LIST).expect(200);
    const { headers } = await request(limited.url).get(LIST).expect(429);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });
});
