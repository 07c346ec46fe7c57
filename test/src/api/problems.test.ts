import { once } from 'node:events';
import { request as post, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { startApi, type ApiUnderTest } from './api-under-test.js';

let api: ApiUnderTest;

beforeAll(async () => {
  api = await startApi();
});

afterAll(() => api.stop());

const LIST = '/api/v1/contracts';

describe('a wrong parameter is a problem that names it', () => {
  test.each([
    ['region_id=x', 'region_id', 'whole number'],
    ['region_id=', 'region_id', 'whole number'],
    ['region_id=1,,2', 'region_id', 'whole number'],
    ['region_id=2147483648', 'region_id', '2147483647'],
    [
      `region_id=${Array.from({ length: 101 }, (_, index) => index + 1).join(',')}`,
      'region_id',
      'at most 100',
    ],
    ['type=ship', 'type', 'auction'],
    ['min_price=-1', 'min_price', 'at least 0'],
    ['min_price=1e999', 'min_price', 'number'],
    ['max_price=NaN', 'max_price', 'number'],
    ['max_price=0x10', 'max_price', 'number'],
    ['q=a', 'q', '2 to 100'],
    ['q=%F0%9F%9A%80', 'q', '2 to 100'],
    ['q=ab%00', 'q', 'NUL'],
    ['q=%ED%A0%80%ED%A0%80', 'q', 'percent-encoding'],
    ['q=%', 'q', 'percent-encoding'],
    ['status=new', 'status', 'outstanding'],
    ['sort=title', 'sort', 'price'],
    ['limit=0', 'limit', '1 to 200'],
    ['limit=201', 'limit', '1 to 200'],
    ['limit=1&limit=1', 'limit', 'once'],
    ['cursor=', 'cursor', 'cursor'],
    ['cursor=forged.forged', 'cursor', 'not a cursor'],
    ['regionid=1', 'regionid', 'region_id'],
    ['pricemin=1', 'pricemin', 'min_price'],
    ['__proto__=1', '__proto__', 'not known'],
  ])('%s', async (query, parameter, message) => {
    const response = await request(api.url).get(`${LIST}?${query}`).expect(400);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.body).toMatchObject({
      status: 400,
      instance: LIST,
      request_id: response.headers['x-request-id'],
      errors: [{ parameter, message: expect.stringContaining(message) }],
    });
  });

  test('all of them at once', async () => {
    const response = await request(api.url).get(`${LIST}?limit=0&nope=1&sort=x`).expect(400);
    const { errors } = response.body as { errors: { parameter: string }[] };
    expect(errors.map(({ parameter }) => parameter).sort()).toEqual(['limit', 'nope', 'sort']);
  });
});

describe('everything else that is wrong is a problem too', () => {
  test.each([
    ['get', '/nope', 404, 'not_found'],
    ['get', '/api/v1/nope', 404, 'not_found'],
    ['get', '/api/v1/contracts/%E0%A4%A', 400, 'malformed_request'],
    ['get', '/api/v1/regions?x=1', 400, 'invalid_parameter'],
    ['get', `${LIST}?q=${'a'.repeat(9_000)}`, 414, 'url_too_long'],
    ['get', `${LIST}?q=${'a'.repeat(20_000)}`, 414, 'url_too_long'],
    ['delete', LIST, 405, 'method_not_allowed'],
    ['post', '/api/v1/contracts/ships', 405, 'method_not_allowed'],
    ['put', '/docs', 405, 'method_not_allowed'],
    ['get', '/api/v1/auth/login', 405, 'method_not_allowed'],
  ] as const)('%s %s', async (method, path, status, code) => {
    const response = await request(api.url)[method](path).expect(status);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.body).toMatchObject({ status, error_code: code });
  });

  test('405 says what is allowed, and so does OPTIONS', async () => {
    const refused = await request(api.url).post(LIST).expect(405);
    const options = await request(api.url).options(LIST).expect(204);
    expect([refused.headers['allow'], options.headers['allow']]).toEqual([
      'GET, HEAD, OPTIONS',
      'GET, HEAD, OPTIONS',
    ]);
  });

  test.each([
    ['as it is', (body: Buffer) => body, {}],
    ['compressed', gzipSync, { 'Content-Encoding': 'gzip' }],
  ])('a body of more than 100 KB, %s', async (_how, encode, headers) => {
    const { hostname, port } = new URL(api.url);
    const body = encode(Buffer.from(JSON.stringify({ username: 'ada', password: 'x'.repeat(101 * 1024) })));
    const sent = post({
      hostname,
      port,
      path: '/api/v1/auth/login',
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
    }).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    expect(response.statusCode).toBe(413);
    expect(JSON.parse(await text(response))).toMatchObject({ error_code: 'body_too_large' });
  });

  test.each(['1e0', '01', '1.0', '-1', '+1', '0x1', '9007199254740993', '1%20', "1'--"])(
    'an id that is written as %s',
    async (id) => {
      const response = await request(api.url).get(`${LIST}/${id}`).expect(400);
      expect(response.body).toMatchObject({ errors: [{ parameter: 'contract_id' }] });
    },
  );

  test('what is no HTTP at all', async () => {
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.end('HELO there\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('"error_code":"malformed_request"');
  });
});

describe('X-Request-Id', () => {
  test('is taken where it is sane', async () => {
    const { headers } = await request(api.url).get('/health/live').set('X-Request-Id', 'trace-1.2:3');
    expect(headers['x-request-id']).toBe('trace-1.2:3');
  });

  test.each(['with space', '"quoted"', 'x'.repeat(101)])('is made where it is %j', async (given) => {
    const { headers } = await request(api.url).get('/nope').set('X-Request-Id', given);
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

test('answers say nothing of the framework, and let a browser load nothing', async () => {
  const { headers } = await request(api.url).get(LIST).expect(200);
  expect(headers).not.toHaveProperty('x-powered-by');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});

test('HEAD is GET without a body, and an unchanged answer is a 304', async () => {
  const { headers } = await request(api.url).get('/api/v1/regions').expect(200);
  const head = await request(api.url).head('/api/v1/regions').expect(200);
  expect(head.headers['content-length']).toBe(headers['content-length']);
  await request(api.url).get('/api/v1/regions').set('If-None-Match', String(headers['etag'])).expect(304);
});
