import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createGovernor, type Clock, type Governor } from './governor.js';
import type { Headers } from './cache-headers.js';

/** A clock that only sleeping moves, and that remembers the sleeps. */
function createFakeClock(): Clock & { readonly slept: number[]; advance(ms: number): void } {
  const slept: number[] = [];
  let now = 1_000_000;
  return {
    slept,
    now: () => now,
    advance(ms) {
      now += ms;
    },
    sleep(ms) {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
}

const PATIENT = { maxRequestsPerSecond: 1_000_000, maxWaitSeconds: 1_000_000 };

/** How long the next request waits, in seconds. */
async function waitAfter(
  status: number,
  headers: Headers,
  observe?: (governor: Governor) => void,
): Promise<number> {
  const clock = createFakeClock();
  const governor = createGovernor(PATIENT, clock);
  observe?.(governor);
  governor.observe(status, headers);
  await governor.waitForTurn(undefined);
  return clock.slept.reduce((sum, ms) => sum + ms, 0) / 1000;
}

describe('the pace', () => {
  test('is even, also for requests that come at once', async () => {
    const clock = createFakeClock();
    const governor = createGovernor({ maxRequestsPerSecond: 20, maxWaitSeconds: 60 }, clock);
    for (let request = 0; request < 5; request += 1) {
      await governor.waitForTurn(undefined);
    }
    expect(clock.slept).toEqual([50, 50, 50, 50]);
  });

  test('gives each of several waiting requests a turn of its own', async () => {
    const turns: number[] = [];
    const clock: Clock = {
      now: () => 0,
      sleep(ms) {
        turns.push(ms);
        return Promise.resolve();
      },
    };
    const governor = createGovernor({ maxRequestsPerSecond: 10, maxWaitSeconds: 60 }, clock);
    await Promise.all([1, 2, 3, 4].map(() => governor.waitForTurn(undefined)));
    expect(turns).toEqual([100, 200, 300]);
  });

  test('saves nothing up in quiet times', async () => {
    const clock = createFakeClock();
    const governor = createGovernor({ maxRequestsPerSecond: 10, maxWaitSeconds: 60 }, clock);
    await governor.waitForTurn(undefined);
    clock.advance(10_000);
    await governor.waitForTurn(undefined);
    await governor.waitForTurn(undefined);
    expect(clock.slept).toEqual([100]);
  });
});

describe("a stop that ESI's limits ask for", () => {
  test.each([
    ['420 until its window ends', 420, { 'x-esi-error-limit-reset': '17' }, 17],
    ['420 without a window for a whole one', 420, {}, 60],
    ['429 for its Retry-After', 429, { 'retry-after': '30' }, 30],
    ['429 without Retry-After for a minute', 429, {}, 60],
    ['429 with a date for a minute', 429, { 'retry-after': 'Tue, 04 Aug 2026 10:15:00 GMT' }, 60],
    ['few errors left', 404, { 'x-esi-error-limit-remain': '19', 'x-esi-error-limit-reset': '40' }, 40],
    ['no error left', 200, { 'x-esi-error-limit-remain': '0', 'x-esi-error-limit-reset': '40' }, 40],
    ['few errors left and no window', 404, { 'x-esi-error-limit-remain': '5' }, 60],
  ])('%s', async (_what, status, headers, seconds) => {
    expect(await waitAfter(status, headers)).toBe(seconds);
  });

  test.each([
    ['enough errors left', 404, { 'x-esi-error-limit-remain': '20', 'x-esi-error-limit-reset': '40' }],
    ['an answer without headers', 200, {}],
    ['an error without headers', 503, {}],
    ['a count that is no number', 200, { 'x-esi-error-limit-remain': 'plenty' }],
    ['a negative count', 200, { 'x-esi-error-limit-remain': '-3' }],
    ['an empty count', 200, { 'x-esi-error-limit-remain': ' ' }],
  ])('is not: %s', async (_what, status, headers) => {
    expect(await waitAfter(status, headers)).toBe(0);
  });

  test.each([
    ['a negative wait', '-5', 60],
    ['NaN', 'NaN', 60],
    ['infinity', 'Infinity', 60],
    ['zero, since an immediate retry helps nobody', '0', 1],
    ['a year', '31536000', 900],
    ['a number that overflows', '9'.repeat(400), 60],
  ])('is kept within reason: %s', async (_what, value, seconds) => {
    expect(await waitAfter(429, { 'retry-after': value })).toBe(seconds);
    expect(await waitAfter(420, { 'x-esi-error-limit-reset': value })).toBe(seconds);
  });

  test('is not shortened by a later, shorter one', async () => {
    const wait = await waitAfter(429, { 'retry-after': '5' }, (governor) => {
      governor.observe(420, { 'x-esi-error-limit-reset': '50' });
    });
    expect(wait).toBe(50);
  });

  test('holds a request back that was already waiting for its turn', async () => {
    const clock = createFakeClock();
    const governor = createGovernor({ maxRequestsPerSecond: 1, maxWaitSeconds: 60 }, clock);
    await governor.waitForTurn(undefined);
    const second = governor.waitForTurn(undefined);
    governor.observe(420, { 'x-esi-error-limit-reset': '10' });
    await second;
    expect(clock.now()).toBeGreaterThanOrEqual(1_000_000 + 10_000);
  });

  test('longer than a worker may be held is refused at once, with its length', async () => {
    const clock = createFakeClock();
    const governor = createGovernor({ maxRequestsPerSecond: 20, maxWaitSeconds: 60 }, clock);
    governor.observe(429, { 'retry-after': '61' });
    expect(await governor.waitForTurn(undefined)).toBe(61_000);
    expect(clock.slept).toEqual([]);
    clock.advance(1_000);
    expect(await governor.waitForTurn(undefined)).toBe(0);
    expect(clock.slept).toEqual([60_000]);
  });

  test('never exceeds 15 minutes, whatever the headers', async () => {
    const nonsense = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.integer().map(String),
      fc.constant(undefined),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(200, 404, 420, 429, 503),
        nonsense,
        nonsense,
        nonsense,
        async (...drawn) => {
          const [status, remain, reset, retryAfter] = drawn;
          const wait = await waitAfter(status, {
            'x-esi-error-limit-remain': remain,
            'x-esi-error-limit-reset': reset,
            'retry-after': retryAfter,
          });
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(900);
        },
      ),
    );
  });
});

test('a stop of the process ends a wait on the real clock', async () => {
  const governor = createGovernor({ maxRequestsPerSecond: 20, maxWaitSeconds: 60 });
  governor.observe(420, { 'x-esi-error-limit-reset': '30' });
  const controller = new AbortController();
  const turn = governor.waitForTurn(controller.signal);
  controller.abort();
  await expect(turn).rejects.toMatchObject({ name: 'AbortError' });
});
