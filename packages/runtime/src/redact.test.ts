import { describe, expect, test } from '@jest/globals';
import { createRedactFields, redactText } from './redact.js';

const redactFields = createRedactFields();

const written = (fields: object) => JSON.stringify(redactFields(fields));

describe('an error in the log', () => {
  test('keeps its stack, code and causes, however many', () => {
    const root = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const middle = new Error('no connection', { cause: root });
    const { error } = redactFields({ error: new TypeError('no queue', { cause: middle }) });
    expect(error).toMatchObject({
      name: 'TypeError',
      message: 'no queue',
      stack: expect.stringContaining('redact.test'),
      cause: {
        message: 'no connection',
        stack: expect.stringContaining('redact.test'),
        cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
      },
    });
  });

  test('keeps a cause that is no error, and the errors that it stands for', () => {
    const error = new AggregateError([new Error('::1'), new Error('127.0.0.1')], 'both refused');
    expect(redactFields({ error: new Error('odd', { cause: 'a text' }), all: error })).toMatchObject({
      error: { cause: 'a text' },
      all: { message: 'both refused', errors: [{ message: '::1' }, { message: '127.0.0.1' }] },
    });
  });

  test('shows nothing of the request that a client keeps in it', () => {
    const error = Object.assign(new Error('failed'), {
      config: { headers: { 'User-Agent': 'me' } },
      toJSON: () => ({ config: 'all of it' }),
    });
    expect(Object.keys(redactFields({ error })['error'] as object)).toEqual(['name', 'message', 'stack']);
  });

  test('that is its own cause ends', () => {
    const error = new Error('circle');
    error.cause = error;
    expect(redactFields({ error })).toMatchObject({ error: { cause: '[circular]' } });
  });
});

describe('a secret is not written', () => {
  test.each([
    'password',
    'dbPassword',
    'client_secret',
    'access_token',
    'Authorization',
    'cookie',
    'set-cookie',
    'apiKey',
    'API_KEY',
    'SENTRY_DSN',
  ])('in a field %s', (name) => {
    expect(redactFields({ [name]: 'hunter2', user: 'ops' })).toEqual({ [name]: '[redacted]', user: 'ops' });
  });

  test('in a field that comes again, under a name that is too long to be remembered too', () => {
    const fields = { password: 'hunter2', [`${'x'.repeat(1_000)}_token`]: 'hunter2' };
    expect([written(fields), written(fields)].join()).not.toContain('hunter2');
  });

  test('in a field of a field, at any depth, in lists and maps', () => {
    const headers = { authorization: 'Bearer hunter2', accept: 'json' };
    const fields = {
      request: { headers, tries: [{ cookie: 'hunter2' }] },
      map: new Map([['token', 'hunter2']]),
      json: { toJSON: () => ({ password: 'hunter2' }) },
    };
    expect(written(fields)).not.toContain('hunter2');
    expect(redactFields(fields)).toMatchObject({ request: { headers: { accept: 'json' } } });
    expect(headers.authorization).toBe('Bearer hunter2');
  });

  test.each([
    ['redis://default:hunter2@broker:6379', 'redis://default:[redacted]@broker:6379'],
    ['postgresql://hangar:hunter2@db/hangar', 'postgresql://hangar:[redacted]@db/hangar'],
    ['https://hunter2@sentry.example/1', 'https://[redacted]@sentry.example/1'],
    ['sent Authorization: Bearer hunter2hunter2', 'sent Authorization: Bearer [redacted]'],
    ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl!', 'token [redacted]!'],
    ['GET /x?access_token=hunter2&page=2', 'GET /x?access_token=[redacted]&page=2'],
    ['host=db password=hunter2 port=1', 'host=db password=[redacted] port=1'],
  ])('in a text: %s', (text, left) => {
    expect(redactText(text)).toBe(left);
    const error = new Error(text, { cause: new Error(text) });
    expect(written({ error, list: [text] })).not.toContain('hunter2');
  });

  test("and the caller's own objects stay as they are", () => {
    const fields = { token: 'hunter2' };
    redactFields(fields);
    expect(fields).toEqual({ token: 'hunter2' });
  });
});

test.each(['ip', 'client_ip', 'remoteAddress', 'X-Forwarded-For', 'email'])(
  'what tells a person is not written: %s',
  (name) => {
    expect(written({ request: { [name]: '203.0.113.77' } })).not.toContain('203');
  },
);

describe('any value makes a line', () => {
  test('circles, big integers, dates, bytes, functions', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    const fields = {
      circle,
      big: 10n ** 20n,
      at: new Date(0),
      none: null,
      bytes: new Uint8Array(9),
      run: () => 1,
    };
    expect(JSON.parse(written(fields))).toEqual({
      circle: { name: 'circle', self: '[circular]' },
      big: '100000000000000000000',
      at: '1970-01-01T00:00:00.000Z',
      none: null,
      bytes: '[9 bytes]',
    });
  });

  test('of a size that fits, however large it is', () => {
    const wide = (depth: number): unknown =>
      depth === 0 ? 'x'.repeat(1_000_000) : Array.from({ length: 100 }, () => wide(depth - 1));
    const line = written({
      text: 'x'.repeat(1_000_000),
      list: wide(1),
      graph: Array(200).fill(Array(200).fill(1)),
    });
    expect(line.length).toBeLessThan(600_000);
    expect(line).toContain('50 more');
  });
});
