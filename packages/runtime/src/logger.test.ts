import { Writable } from 'node:stream';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { withCorrelation } from './correlation.js';
import { createLogger, type LoggerOptions } from './logger.js';

let lines: string[];

beforeEach(() => {
  lines = [];
});

function logger(options: Partial<LoggerOptions> = {}) {
  const output = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return createLogger({ service: 'worker', level: 'info', format: 'json', output, ...options });
}

function lastLine(): Record<string, unknown> {
  return parse(lines.at(-1));
}

function parse(line: string | undefined): Record<string, unknown> {
  return JSON.parse(line ?? '') as Record<string, unknown>;
}

describe('a line of the log', () => {
  test('holds message, fields, service and time, in JSON on one line', () => {
    logger().info('job done', { queue: 'contract', items: 3, note: 'a\nb' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(lastLine()).toEqual({
      level: 'info',
      message: 'job done',
      service: 'worker',
      queue: 'contract',
      items: 3,
      note: 'a\nb',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  test('carries the correlation of the work that it is about', () => {
    withCorrelation({ job_id: 'contract-7' }, () => logger().warn('job failed'));
    logger().info('worker stopped');
    expect(lines.map((line) => parse(line)['job_id'])).toEqual(['contract-7', undefined]);
  });

  test('is not written below the level', () => {
    logger().debug('detail');
    expect(lines).toEqual([]);
    logger({ level: 'debug' }).debug('detail');
    expect(lines).toHaveLength(1);
  });

  test('for people is short and names the fields', () => {
    logger({ format: 'pretty' }).error('sweep failed', {
      region_id: 10_000_002,
      reason: 'no answer',
      pages: [1, 2],
    });
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d error worker: sweep failed region_id=10000002 reason=no answer pages=\[1,2\]\n$/,
    );
  });
});

describe('an error in the log', () => {
  test('keeps its stack, code and causes', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    logger().error('queue connection failed', { error: new TypeError('no queue', { cause }) });
    expect(lastLine()['error']).toMatchObject({
      name: 'TypeError',
      message: 'no queue',
      stack: expect.stringContaining('logger.test'),
      cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
    });
  });
});

describe('a value that JSON does not know', () => {
  test('does not break the line: circles, big integers, dates', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    logger().info('odd', { circle, big: 10n ** 20n, at: new Date(0), nothing: undefined, none: null });
    expect(lastLine()).toMatchObject({
      circle: { name: 'circle' },
      big: expect.anything(),
      at: '1970-01-01T00:00:00.000Z',
      none: null,
    });
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
    'apiKey',
    'API_KEY',
  ])('in a field %s', (name) => {
    logger().info('signed in', { [name]: 'hunter2', user: 'ops' });
    expect(lastLine()).toMatchObject({ [name]: '[redacted]', user: 'ops' });
  });

  test('in a field of a field, at any depth and in lists', () => {
    const headers = { authorization: 'Bearer hunter2', accept: 'json' };
    logger().info('asked', { request: { headers, tries: [{ cookie: 'hunter2' }] } });
    expect(lines[0]).not.toContain('hunter2');
    expect(lastLine()).toMatchObject({ request: { headers: { accept: 'json' } } });
    expect(headers.authorization).toBe('Bearer hunter2');
  });

  test('as the password of a URL, in fields, messages and errors', () => {
    const error = new Error('cannot reach redis://default:hunter2@broker:6379');
    logger().error('no answer of postgresql://hangar:hunter2@db/hangar', {
      error,
      address: 'postgresql://hangar:hunter2@db/hangar',
    });
    logger({ format: 'pretty' }).error('failed', { error });
    expect(lines.join('')).not.toContain('hunter2');
    expect(parse(lines[0])['address']).toBe('postgresql://hangar:[redacted]@db/hangar');
  });

  test("and the caller's own objects stay as they are", () => {
    const fields = { token: 'hunter2' };
    logger().info('signed in', fields);
    expect(fields).toEqual({ token: 'hunter2' });
  });
});
