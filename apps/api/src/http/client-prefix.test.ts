import { expect, test } from '@jest/globals';
import { prefixOf } from './client-prefix.js';

test.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['2001:db8:12:34:56:78:9a:bc', '2001:db8:12::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  ['fe80::1%eth0', 'fe80:0:0::/48'],
  ['not an address', undefined],
  ['', undefined],
  [undefined, undefined],
])('of %s the log keeps %s', (address, kept) => {
  expect(prefixOf(address)).toBe(kept);
});
