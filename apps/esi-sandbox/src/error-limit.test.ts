import { expect, test } from '@jest/globals';
import { createErrorLimit } from './error-limit.js';
import { createTokenBucket } from './token-bucket.js';

test('the error limit ends with its window', () => {
  let now = 0;
  const limit = createErrorLimit(3, 60, () => now);
  limit.count();
  limit.count();
  expect(limit.isExhausted()).toBe(false);
  expect(limit.headers()).toEqual({ 'X-ESI-Error-Limit-Remain': '1', 'X-ESI-Error-Limit-Reset': '60' });

  limit.count();
  now = 59_000;
  expect(limit.isExhausted()).toBe(true);
  expect(limit.headers()).toEqual({ 'X-ESI-Error-Limit-Remain': '0', 'X-ESI-Error-Limit-Reset': '1' });

  now = 60_000;
  expect(limit.isExhausted()).toBe(false);
  expect(limit.headers()).toEqual({ 'X-ESI-Error-Limit-Remain': '3', 'X-ESI-Error-Limit-Reset': '60' });
});

test('a token bucket charges by status and fills again as its window moves on', () => {
  let now = 0;
  const bucket = createTokenBucket('contract', { tokens: 9, windowSeconds: 60 }, () => now);
  bucket.charge(200);
  now = 20_000;
  bucket.charge(304);
  bucket.charge(404);
  bucket.charge(503);
  expect(bucket.headers()).toMatchObject({ 'X-Ratelimit-Limit': '9/1m', 'X-Ratelimit-Remaining': '1' });
  expect(bucket.retryAfter()).toBe(0);

  bucket.charge(200);
  expect(bucket.retryAfter()).toBe(40);
  now = 60_000;
  expect(bucket.retryAfter()).toBe(0);
  expect(bucket.headers()).toMatchObject({ 'X-Ratelimit-Used': '8' });
});
