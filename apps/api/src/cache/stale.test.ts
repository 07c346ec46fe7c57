import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { staleForMs } from './stale.js';

const MINUTE_MS = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

function keptNow(endsWithVersion = true) {
  return { version: 7, producedAt: performance.now(), endsWithVersion };
}

test('an answer of the last known version is as old as the look that confirmed it', () => {
  const kept = keptNow();
  jest.advanceTimersByTime(30 * MINUTE_MS);
  expect(staleForMs(kept, { version: 7, agoMs: 5_000 })).toBe(5_000);
});

test.each([
  ['of an older version', true, { version: 8, agoMs: 0 }],
  ['that also changes without a version', false, { version: 7, agoMs: 0 }],
  ['whose version nobody has seen', true, null],
])('an answer %s is as old as it is', (_what, endsWithVersion, known) => {
  const kept = keptNow(endsWithVersion);
  jest.advanceTimersByTime(MINUTE_MS);
  expect(staleForMs(kept, known)).toBe(MINUTE_MS);
});

test('no answer is given after ten minutes', () => {
  const kept = keptNow();
  jest.advanceTimersByTime(10 * MINUTE_MS);
  expect(staleForMs(kept, null)).toBe(10 * MINUTE_MS);
  jest.advanceTimersByTime(1);
  expect(staleForMs(kept, null)).toBeNull();
  expect(staleForMs(kept, { version: 7, agoMs: 10 * MINUTE_MS + 1 })).toBeNull();
});
