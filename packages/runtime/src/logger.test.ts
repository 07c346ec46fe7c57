import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { withCorrelation } from './correlation.js';
import { createLogger, type LogLine, type LoggerOptions } from './logger.js';

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
  return createLogger({
    service: 'worker',
    version: '1.2.3',
    level: 'info',
    format: 'json',
    output,
    ...options,
  });
}

function lastLine(): Record<string, unknown> {
  return parse(lines.at(-1));
}

function parse(line: string | undefined): Record<string, unknown> {
  return JSON.parse(line ?? '') as Record<string, unknown>;
}

describe('a line of the log', () => {
  test('holds message, fields, service, version and time, in JSON on one line', () => {
    logger().info('job done', { queue: 'contract', items: 3, note: 'a\nb' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
    expect(lastLine()).toEqual({
      level: 'info',
      message: 'job done',
      service: 'worker',
      version: '1.2.3',
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

  test('keeps what every line has, whatever fields are called', () => {
    logger().info('done', { message: 'other', level: 'silly', service: 'x', timestamp: 1, version: 0 });
    expect(lastLine()).toMatchObject({
      level: 'info',
      message: 'done',
      service: 'worker',
      version: '1.2.3',
      field_message: 'other',
    });
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

  test('for people shows the stack of an error and of its causes below it', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    logger({ format: 'pretty' }).error('failed', { error: new TypeError('no queue', { cause }) });
    expect(lines[0]).toMatch(
      /failed\n {2}TypeError: no queue\n {6}at .*\n(.*\n)+ {4}caused by Error: connect ECONNREFUSED \(ECONNREFUSED\)\n {8}at /,
    );
  });

  test('of level error is handed on, as it was written', () => {
    const handed: LogLine[] = [];
    const log = logger({ onError: (line) => handed.push(line) });
    log.warn('passes by itself');
    log.error('act', { password: 'hunter2' });
    expect(handed).toEqual([lastLine()]);
  });
});

describe('what repeats itself', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const refused = () => Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

  test('is written ten times a minute, and then how many were left out', () => {
    const log = logger();
    for (let index = 0; index < 1_000; index += 1) {
      withCorrelation({ job_id: `contract-${index}` }, () =>
        log.warn('queue connection failed', { error: refused() }),
      );
    }
    expect(lines).toHaveLength(10);
    jest.advanceTimersByTime(60_000);
    expect(lines).toHaveLength(11);
    expect(lastLine()).toMatchObject({
      level: 'warn',
      message: 'queue connection failed',
      left_out: 990,
      of: 'ECONNREFUSED',
    });
    expect(lastLine()).not.toHaveProperty('job_id');
    log.warn('queue connection failed', { error: refused() });
    expect(lines).toHaveLength(12);
  });

  test('hides neither another message nor another error', () => {
    const log = logger();
    for (let index = 0; index < 50; index += 1) {
      log.error('job failed', { error: refused() });
    }
    log.error('job failed', { error: new TypeError('a bug') });
    log.error('request failed', { error: refused() });
    expect(lines).toHaveLength(12);
  });

  test('is told at the end of the process', () => {
    const log = logger();
    for (let index = 0; index < 12; index += 1) {
      log.warn('again');
    }
    log.flush();
    expect(lastLine()).toMatchObject({ message: 'again', left_out: 2 });
  });

  test('is written each time where it is a record of what was done', () => {
    const log = logger();
    for (let index = 0; index < 50; index += 1) {
      log.info('request');
    }
    expect(lines).toHaveLength(50);
  });
});
