import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createRateLimiter, type RateLimiter } from './rate-limiter.js';
import type { RateLimitStore, SharedWindow } from './rate-limit-store.js';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** A store for several limiters, with a window that begins with the first request. */
function createStoreInMemory() {
  const windows = new Map<string, { requests: number; endsAt: number }>();
  const store = {
    calls: 0,
    isAway: false,
    add(requests: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, SharedWindow>> {
      store.calls += 1;
      if (store.isAway) {
        return Promise.reject(new Error('away'));
      }
      const now = performance.now();
      const answer = new Map<string, SharedWindow>();
      for (const [client, count] of requests) {
        const known = windows.get(client);
        const window =
          known !== undefined && known.endsAt > now ? known : { requests: 0, endsAt: now + 60_000 };
        window.requests += count;
        windows.set(client, window);
        answer.set(client, { requests: window.requests, endsInMs: window.endsAt - now });
      }
      return Promise.resolve(answer);
    },
    close: () => Promise.resolve(),
  } satisfies RateLimitStore & Record<string, unknown>;
  return store;
}

const changes: boolean[] = [];
const limiterOn = (store: RateLimitStore, limit: number) =>
  createRateLimiter({ limit, store, onChange: (shared) => changes.push(shared) });

beforeEach(() => {
  changes.length = 0;
});

afterEach(() => {
  jest.restoreAllMocks();
});

function askTimes(limiter: RateLimiter, times: number, client = 'a'): number {
  return Array.from({ length: times }, () => limiter.admit(client)).filter(({ admitted }) => admitted).length;
}

describe('one instance', () => {
  test('never tells of a longer wait than a window is long, however its clock rounds', () => {
    const now = 8291.143278753685;
    expect(now + 60_000 - now).toBeGreaterThan(60_000);
    jest.spyOn(performance, 'now').mockReturnValue(now);
    expect(limiterOn(createStoreInMemory(), 3).admit('a').resetSeconds).toBe(60);
  });

  test('admits as many as the limit, and tells what is left', () => {
    const limiter = limiterOn(createStoreInMemory(), 3);
    expect(Array.from({ length: 4 }, () => limiter.admit('a'))).toEqual([
      { admitted: true, remaining: 2, resetSeconds: 60 },
      { admitted: true, remaining: 1, resetSeconds: 60 },
      { admitted: true, remaining: 0, resetSeconds: 60 },
      { admitted: false, remaining: 0, resetSeconds: 60 },
    ]);
  });

  test('counts each client apart', () => {
    const limiter = limiterOn(createStoreInMemory(), 3);
    expect([askTimes(limiter, 5, 'a'), askTimes(limiter, 5, 'b')]).toEqual([3, 3]);
  });

  test('admits again when the minute is over, and not before', async () => {
    const limiter = limiterOn(createStoreInMemory(), 3);
    askTimes(limiter, 3);
    await jest.advanceTimersByTimeAsync(59_000);
    expect(limiter.admit('a')).toEqual({ admitted: false, remaining: 0, resetSeconds: 1 });
    await jest.advanceTimersByTimeAsync(2_000);
    expect(limiter.admit('a').admitted).toBe(true);
  });

  test('tells the store once a second, however many ask', async () => {
    const store = createStoreInMemory();
    const limiter = limiterOn(store, 100_000);
    for (let second = 0; second < 10; second += 1) {
      for (let client = 0; client < 20; client += 1) {
        askTimes(limiter, 10, `client ${client}`);
      }
      await jest.advanceTimersByTimeAsync(1_000);
    }
    expect(store.calls).toBe(10);
  });
});

describe('several instances', () => {
  test('admit the limit together, and 2 % each more at the most', async () => {
    const store = createStoreInMemory();
    const limiters = [1, 2, 3, 4].map(() => limiterOn(store, 600));
    let admitted = 0;
    for (let round = 0; round < 300; round += 1) {
      for (const limiter of limiters) {
        admitted += askTimes(limiter, 1);
      }
      await jest.advanceTimersByTimeAsync(1);
    }
    expect(admitted).toBeGreaterThanOrEqual(600);
    expect(admitted).toBeLessThanOrEqual(600 + 4 * 12);
  });
});

describe('a store that is away', () => {
  test('leaves each instance its own count, and is told of once', async () => {
    const store = createStoreInMemory();
    store.isAway = true;
    const limiter = limiterOn(store, 100);
    let admitted = 0;
    for (let second = 0; second < 20; second += 1) {
      admitted += askTimes(limiter, 10);
      await jest.advanceTimersByTimeAsync(1_000);
    }
    expect(admitted).toBe(100);
    expect(changes).toEqual([false]);
  });

  test('is asked once a second, and used again when it is back', async () => {
    const store = createStoreInMemory();
    store.isAway = true;
    const limiter = limiterOn(store, 10);
    askTimes(limiter, 1, 'a');
    await jest.advanceTimersByTimeAsync(1_000);
    for (let client = 0; client < 50; client += 1) {
      askTimes(limiter, 5, `client ${client}`);
    }
    await jest.advanceTimersByTimeAsync(500);
    expect(store.calls).toBe(1);

    store.isAway = false;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(changes).toEqual([false, true]);
  });
});
