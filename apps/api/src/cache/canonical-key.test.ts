import { expect, test } from '@jest/globals';
import { canonicalKey } from './canonical-key.js';

test('the same question in another order is the same', () => {
  expect(canonicalKey('list', { b: [2, 1, 2], a: 'x', c: undefined })).toBe(
    canonicalKey('list', { a: 'x', b: [1, 2] }),
  );
});

test.each([
  ['another route', canonicalKey('other', { a: 1 })],
  ['another value', canonicalKey('list', { a: 2 })],
  ['a text instead of a number', canonicalKey('list', { a: '1' })],
  ['a list instead of a value', canonicalKey('list', { a: [1] })],
  ['one more parameter', canonicalKey('list', { a: 1, b: false })],
])('%s is another question', (_difference, key) => {
  expect(key).not.toBe(canonicalKey('list', { a: 1 }));
});
