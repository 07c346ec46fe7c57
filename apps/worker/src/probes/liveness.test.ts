import { beforeEach, expect, test } from '@jest/globals';
import { createLiveness, type Liveness } from './liveness.js';

const TICK_SECONDS = 60;
const LIMIT_MS = 600_000;

let clock: number;
let ticks: { lastId: string | null; isRunning: boolean } | Error;
let endedAt: number;
let isTickAtWork: boolean;
let liveness: Liveness;

beforeEach(() => {
  clock = 1_000;
  ticks = { lastId: 'first', isRunning: false };
  endedAt = -Infinity;
  isTickAtWork = false;
  liveness = createLiveness({
    producer: { readTicks: () => (ticks instanceof Error ? Promise.reject(ticks) : Promise.resolve(ticks)) },
    tickSeconds: TICK_SECONDS,
    lastJobEndedAt: () => endedAt,
    isTickAtWork: () => isTickAtWork,
    now: () => clock,
  });
});

/** Asks, lets time pass, and asks again. */
async function statusAfter(ms: number): Promise<string> {
  await liveness.check();
  clock += ms;
  return (await liveness.check()).status;
}

test('it does not live when no tick has ended for long though the broker answers', async () => {
  expect(await statusAfter(LIMIT_MS)).toBe('ok');
  expect(await statusAfter(1)).toBe('failed');
});

test("it does not live when its own tick does not end, and lives when another worker's does not", async () => {
  ticks = { lastId: 'first', isRunning: true };
  expect(await statusAfter(LIMIT_MS + 1)).toBe('ok');
  isTickAtWork = true;
  expect(await statusAfter(LIMIT_MS + 1)).toBe('failed');
  expect((await liveness.check()).reason).toMatch(/^a tick does not end, and no job has ended for \d+ s$/);
});

test('it lives while ticks end anywhere', async () => {
  await liveness.check();
  clock += LIMIT_MS + 1;
  ticks = { lastId: 'second', isRunning: false };
  expect((await liveness.check()).status).toBe('ok');
});

test('it lives while jobs of its own end', async () => {
  await liveness.check();
  clock += LIMIT_MS + 1;
  endedAt = clock - 1;
  expect((await liveness.check()).status).toBe('ok');
});

test('it lives while the broker is away, and has time to catch up when it is back', async () => {
  await liveness.check();
  ticks = new Error('away');
  expect(await statusAfter(LIMIT_MS + 1)).toBe('ok');
  ticks = { lastId: 'first', isRunning: false };
  expect(await statusAfter(LIMIT_MS)).toBe('ok');
});

test('it lives when the broker was away between two questions', async () => {
  await liveness.check();
  clock += LIMIT_MS;
  liveness.noteBrokerAway();
  expect(await statusAfter(LIMIT_MS)).toBe('ok');
});
