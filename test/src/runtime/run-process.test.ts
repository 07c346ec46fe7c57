import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, test } from '@jest/globals';
import { forkSource } from '../setup/fork-source.js';
import { waitUntil } from '../setup/wait-until.js';

const PROGRAM = new URL('./process-under-test.ts', import.meta.url);

interface Running {
  readonly child: ChildProcess;
  /** What the app told so far. */
  readonly told: unknown[];
  /** What a person at the terminal sees of errors. */
  readonly errors: () => string;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) {
    child.kill('SIGKILL');
  }
});

function run(app: string, graceSeconds = 25): Running {
  const child = forkSource(PROGRAM, [app, String(graceSeconds)], {}, { silent: true });
  running.push(child);
  const told: unknown[] = [];
  let errors = '';
  child.on('message', (word) => told.push(word));
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk);
  });
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  return { child, told, errors: () => errors, ended };
}

async function started(app: string, graceSeconds?: number): Promise<Running> {
  const process = run(app, graceSeconds);
  await waitUntil(() => process.told.includes('started'), { what: 'the app has started' });
  return process;
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('stops the app, and the process ends by itself without an error', async () => {
    const { child, told, ended, errors } = await started('quiet');
    child.kill(signal);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(told).toEqual(['started', 'stopped']);
    expect(errors()).toBe('');
  });

  test('while the app still starts stops it as well', async () => {
    const { child, told, ended } = await started('start never ends');
    child.kill(signal);
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(told).toEqual(['started', 'stopped']);
  });
});

describe('a stop', () => {
  test('is asked for once, also where the signal comes twice at one press', async () => {
    const { child, told, ended } = await started('quiet');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(told).toEqual(['started', 'stopped']);
  });

  test('that interrupts the start is no error of the start', async () => {
    const { child, ended, errors } = await started('start fails because of the stop');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(errors()).toBe('');
  });

  test('that fails is told, with a code that is not 0', async () => {
    const { child, ended, errors } = await started('stop fails');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(errors()).toContain('the connection is gone');
  });

  test('that leaves something open ends the process all the same, without an error', async () => {
    const { child, told, ended, errors } = await started('stop leaves something open');
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(told).toEqual(['started', 'stopped']);
    expect(errors()).toBe('');
  });

  test('that hangs is ended after the grace period, with a code that is not 0', async () => {
    const { child, ended, errors } = await started('stop hangs', 0.2);
    child.kill('SIGTERM');
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(errors()).toContain('Not stopped after 0.2 s');
  });

  test('that hangs is ended at once by another press later on', async () => {
    const { child, told, ended } = await started('stop hangs', 600);
    child.kill('SIGTERM');
    await waitUntil(() => told.includes('stopping'), { what: 'the app is stopping' });
    const again = setInterval(() => child.kill('SIGTERM'), 100);
    const end = await ended;
    clearInterval(again);
    expect(end).toEqual({ code: 1, signal: null });
  });
});

describe('an error at the start', () => {
  test('with a code of its own ends the process with it, in one line', async () => {
    const { ended, errors } = run('unusable environment');
    expect(await ended).toEqual({ code: 78, signal: null });
    expect(errors()).toBe('The environment is not usable\n');
  });

  test('of any other kind ends it with 1, and what was started is released', async () => {
    const { ended, errors, told } = run('start fails');
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(errors()).toContain('no database');
    expect(told).toEqual(['stopped']);
  });
});

test.each(['throws', 'rejects'])(
  'an error that nobody caught stops the app, with a code that is not 0: %s',
  async (app) => {
    const { ended, errors, told } = await started(app);
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(errors()).toContain('nobody');
    expect(told).toEqual(['started', 'stopped']);
  },
);

test('an error that nobody caught is written where the app writes its errors', async () => {
  const { ended, errors, told } = await started('throws, and keeps a log');
  expect(await ended).toEqual({ code: 1, signal: null });
  expect(told).toEqual(['started', 'logged: nobody caught this', 'stopped']);
  expect(errors()).toBe('');
});
