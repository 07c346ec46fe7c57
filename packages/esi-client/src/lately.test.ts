import { describe, expect, test } from '@jest/globals';
import { createLately } from './lately.js';

const sum = (total: number, number: number) => total + number;

describe('what numbers came to lately', () => {
  test('is nothing before the first one', () => {
    expect(createLately(100, Math.max).get(5_000)).toBe(0);
  });

  test('is the most, or the sum, of the span that runs', () => {
    const [most, all] = [createLately(100, Math.max), createLately(100, sum)];
    for (const number of [3, 7, 2]) {
      most.note(number, 0);
      all.note(number, 0);
    }
    expect([most.get(99), all.get(99)]).toEqual([7, 12]);
  });

  test('is kept for one span more, even where less comes', () => {
    const all = createLately(100, sum);
    all.note(7, 0);
    all.note(2, 150);
    expect(all.get(249)).toBe(7);
    expect(all.get(250)).toBe(2);
  });

  test('is forgotten after a span in which nothing came', () => {
    const most = createLately(100, Math.max);
    most.note(7, 0);
    expect(most.get(199)).toBe(7);
    expect(most.get(400)).toBe(0);
  });
});
