import { expect, test } from '@jest/globals';
import { isGuessable } from './guessable.js';

test.each([
  'changeme-changeme-changeme-changeme',
  'CHANGE_ME_0123456789abcdefghijklmnop',
  'your-secret-0123456789abcdef',
  '0000000000000000000000000000000000000000',
  'abababababababababababababababab',
])('is guessed: %s', (secret) => {
  expect(isGuessable(secret)).toBe(true);
});

test.each([
  '3f9c1e77a0b2458d9ec64d1f0b7a83526cd1f0e94b7a3d58',
  'k0nsQ8rJ2vXw5yZ7aB1cD3eF6gH9iL4m',
  'horse-staple-battery-correct-92!',
])('is not guessed: %s', (secret) => {
  expect(isGuessable(secret)).toBe(false);
});
