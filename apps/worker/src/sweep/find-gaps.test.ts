import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findGaps } from './find-gaps.js';

const END = Number.MAX_SAFE_INTEGER;

describe('where the contract of an unreadable row may be', () => {
  test.each([
    ['nowhere, when every row has an id', [1, 2, 3], []],
    ['between its neighbours', [10, null, 20, 30], [{ after: 10, before: 20 }]],
    ['below the first', [null, 20], [{ after: 0, before: 20 }]],
    ['above the last', [10, null], [{ after: 10, before: END }]],
    ['in one interval, when several stand together', [10, null, null, 20], [{ after: 10, before: 20 }]],
    ['anywhere, when the page does not ascend', [20, null, 10], [{ after: 0, before: END }]],
    ['anywhere, when no row has an id', [null], [{ after: 0, before: END }]],
  ])('%s', (_where, ids, gaps) => {
    expect(findGaps(ids)).toEqual(gaps);
  });

  test('whatever row of an ascending page loses its id, its contract lies in a gap, and no other one does', () => {
    const page = fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 1 });
    fc.assert(
      fc.property(page, fc.nat(), (unsorted, seed) => {
        const ids = unsorted.toSorted((a, b) => a - b);
        const lost = seed % ids.length;
        const gaps = findGaps(ids.map((id, index) => (index === lost ? null : id)));
        const within = ids.filter((id) => gaps.some((gap) => id > gap.after && id < gap.before));
        expect(within).toEqual([ids[lost]]);
      }),
    );
  });
});
