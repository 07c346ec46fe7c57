import { expect, test } from '@jest/globals';
import { storable } from './storable.js';

test('what PostgreSQL cannot store is replaced, wherever it stands, and all else stays', () => {
  const answer = { name: 'a\0b', list: ['\ud83d', { deep: 'x\udc00y' }], 'k\0': 1, fine: '😀 ♥', none: null };
  expect(storable(answer)).toEqual({
    name: 'a\ufffdb',
    list: ['\ufffd', { deep: 'x\ufffdy' }],
    'k\ufffd': 1,
    fine: '😀 ♥',
    none: null,
  });
});
