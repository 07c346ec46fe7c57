import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Problem } from './problem.js';
import { readQueryString } from './query-string.js';

describe('a query', () => {
  test('gives every text back that was encoded, under any name', () => {
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(
        text.filter((name) => name !== ''),
        text,
        (name, value) => {
          const query = new URLSearchParams([[name, value]]).toString();
          expect([...readQueryString(`/path?${query}`)]).toEqual([[name, [value]]]);
        },
      ),
    );
  });

  test.each([
    ['/', []],
    ['/?', []],
    ['/?&&', []],
    ['/?a', [['a', ['']]]],
    [
      '/?a=1&b=2&a=3',
      [
        ['a', ['1', '3']],
        ['b', ['2']],
      ],
    ],
    ['/?a=b=c?d', [['a', ['b=c?d']]]],
  ])('%s is read as %j', (url, expected) => {
    expect([...readQueryString(url)]).toEqual(expected);
  });

  test.each(['%', '%zz', '%ff', '%ED%A0%80', '%C0%80'])('%s is refused', (text) => {
    expect(() => readQueryString(`/?a=${text}`)).toThrow(Problem);
    expect(() => readQueryString(`/?${text}=a`)).toThrow(Problem);
  });
});
