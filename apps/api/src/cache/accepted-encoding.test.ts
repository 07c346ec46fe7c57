import { expect, test } from '@jest/globals';
import { acceptedEncoding } from './accepted-encoding.js';

test.each([
  [undefined, null],
  ['', null],
  ['identity', null],
  ['deflate', null],
  ['gzip', 'gzip'],
  ['br', 'br'],
  ['gzip, deflate, br', 'br'],
  ['GZIP;q=0.8, br;q=0.5', 'gzip'],
  ['gzip;q=0', null],
  ['*', 'br'],
  ['*;q=0', null],
  ['br;q=0, *', 'gzip'],
  ['identity, gzip;q=0.5', null],
  ['gzip;q=nonsense', null],
])('Accept-Encoding %j gets %j', (header, encoding) => {
  expect(acceptedEncoding(header)).toBe(encoding);
});
