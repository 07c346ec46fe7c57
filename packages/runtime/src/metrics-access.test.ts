import { expect, test } from '@jest/globals';
import { isLoopback } from './metrics-access.js';

test.each([
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  ['::ffff:10.0.0.1', false],
  ['127.evil.example', false],
  ['fe80::1', false],
  ['', false],
])('%s is on this machine: %s', (address, isLocal) => {
  expect(isLoopback(address)).toBe(isLocal);
});
