import { expect, test } from '@jest/globals';
import { readQuery } from './promql.js';

const namesOf = (expr: string) => readQuery(expr).selectors.map(({ name }) => name);

test.each([
  ['sum by (le) (rate(a_bucket[5m])) > 1.5', ['a_bucket']],
  ['time() - max(a) > 180 unless on () b == 0 or absent(c offset 30m)', ['a', 'b', 'c']],
  ['label_replace(max by (x) (a{x=~"r:.+"}), "y", "$1", "x", "r:(.+)") unless on (y) h:b', ['a', 'h:b']],
  ['1e3 * a / ignoring (state) group_left b{s!~"/x/.*|/y{z}"} and c', ['a', 'b', 'c']],
])('%s asks for %j', (expr, names) => {
  expect(namesOf(expr)).toEqual(names);
});

test('matchers are told with their values, and groupings with their labels', () => {
  expect(readQuery('sum by (q, s) (a{q="contract", s=~"waiting|active", t!~"5.."})')).toEqual({
    selectors: [
      {
        name: 'a',
        matchers: [
          { label: 'q', values: ['contract'] },
          { label: 's', values: ['waiting', 'active'] },
          { label: 't', values: ['5..'] },
        ],
      },
    ],
    groupings: ['q', 's'],
  });
});
