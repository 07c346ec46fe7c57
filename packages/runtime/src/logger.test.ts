import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { withCorrelation } from './correlation.js';
import { createLogger, type LogLine, type LoggerOptions } from './logger.js';

/** As they were written: each may hold several lines. */
let written: string[];

beforeEach(() => {
  written = [];
});

function logger(options: Partial<LoggerOptions> = {}) {
  return createLogger({
    service: 'worker',
    version: '1.2.3',
    level: 'info',
    format: 'json',
    output: { write: (text: string) => written.push(text) > 0 },
    ...options,
  });
}

/** What was written by the end of this turn of the event loop. */
async function lines(): Promise<string[]> {
  await turn();
  return written.join('').match(/.*\n/g) ?? [];
}

async function parsed(): Promise<Record<string, unknown>[]> {
  return (await lines()).map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function lastLine(): Promise<Record<string, unknown> | undefined> {
  return (await parsed()).at(-1);
}

describe('a line of the log', () => {
  test('holds message, fields, service, version and time, in JSON on one line', async () => {
    logger().info('job done', { queue: 'contract', items: 3, note: 'a\nb' });
    expect(await lines()).toHaveLength(1);
    expect(await lastLine()).toEqual({
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

  test('carries the correlation of the work that it is about', async () => {
    withCorrelation({ job_id: 'contract-7' }, () => logger().warn('job failed'));
    logger().info('worker stopped');
    expect((await parsed()).map((line) => line['job_id'])).toEqual(['contract-7', undefined]);
  });

  test('keeps what every line has, whatever fields are called', async () => {
    logger().info('done', { message: 'other', level: 'silly', service: 'x', timestamp: 1, version: 0 });
    expect(await lastLine()).toMatchObject({
      level: 'info',
      message: 'done',
      service: 'worker',
      version: '1.2.3',
      field_message: 'other',
    });
  });

  test('is not written below the level', async () => {
    logger().debug('detail');
    expect(await lines()).toEqual([]);
    logger({ level: 'debug' }).debug('detail');
    expect(await lines()).toHaveLength(1);
  });

  test('for people is short and names the fields', async () => {
    logger({ format: 'pretty' }).error('sweep failed', {
      region_id: 10_000_002,
      reason: 'no answer',
      pages: [1, 2],
    });
    expect((await lines()).join('')).toMatch(
      /^\d\d:\d\d:\d\d error worker: sweep failed region_id=10000002 reason=no answer pages=\[1,2\]\n$/,
    );
  });

  test('for people shows the stack of an error and of its causes below it', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    logger({ format: 'pretty' }).error('failed', { error: new TypeError('no queue', { cause }) });
    expect((await lines()).join('')).toMatch(
      /failed\n {2}TypeError: no queue\n {6}at .*\n(.*\n)+ {4}caused by Error: connect ECONNREFUSED \(ECONNREFUSED\)\n {8}at /,
    );
  });

  test('of level error is handed on, as it was written', async () => {
    const handed: LogLine[] = [];
    const log = logger({ onError: (line) => handed.push(line) });
    log.warn('passes by itself');
    log.error('act', { password: 'hunter2' });
    expect(handed).toEqual([await lastLine()]);
  });
});

describe('lines of one turn of the event loop', () => {
  test.each(['info', 'debug'] as const)('are written together at its end: %s', async (level) => {
    const log = logger({ level: 'debug' });
    log[level]('first');
    log[level]('second');
    expect(written).toEqual([]);
    expect((await parsed()).map(({ message }) => message)).toEqual(['first', 'second']);
    expect(written).toHaveLength(1);
  });

  test.each(['warn', 'error'] as const)('do not wait for it from a %s on', async (level) => {
    const log = logger();
    log.info('before');
    log[level]('urgent');
    log.info('after');
    expect(written).toHaveLength(1);
    expect((await parsed()).map(({ message }) => message)).toEqual(['before', 'urgent', 'after']);
    expect(written).toHaveLength(2);
  });
});

describe('what repeats itself', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const refused = () => Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });

  test('is written ten times a minute, and then how many were left out', async () => {
    const log = logger();
    for (let index = 0; index < 1_000; index += 1) {
      withCorrelation({ job_id: `contract-${index}` }, () =>
        log.warn('queue connection failed', { error: refused() }),
      );
    }
    expect(await lines()).toHaveLength(10);
    jest.advanceTimersByTime(60_000);
    expect(await lines()).toHaveLength(11);
    expect(await lastLine()).toMatchObject({
      level: 'warn',
      message: 'queue connection failed',
      left_out: 990,
      of: 'ECONNREFUSED',
    });
    expect(await lastLine()).not.toHaveProperty('job_id');
    log.warn('queue connection failed', { error: refused() });
    expect(await lines()).toHaveLength(12);
  });

  test('hides neither another message nor another error', async () => {
    const log = logger();
    for (let index = 0; index < 50; index += 1) {
      log.error('job failed', { error: refused() });
    }
    log.error('job failed', { error: new TypeError('a bug') });
    log.error('request failed', { error: refused() });
    expect(await lines()).toHaveLength(12);
  });

  test('is told at the end of the process', async () => {
    const log = logger();
    for (let index = 0; index < 12; index += 1) {
      log.warn('again');
    }
    log.flush();
    expect(await lastLine()).toMatchObject({ message: 'again', left_out: 2 });
  });

  test('is written each time where it is a record of what was done', async () => {
    const log = logger();
    for (let index = 0; index < 50; index += 1) {
      log.info('request');
    }
    expect(await lines()).toHaveLength(50);
  });
});
