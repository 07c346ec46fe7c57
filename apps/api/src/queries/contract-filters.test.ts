import { describe, expect, test } from '@jest/globals';
import { readParameters } from '../http/parameters.js';
import { readQueryString } from '../http/query-string.js';
import { CONTRACT_FILTERS, whereFilters } from './contract-filters.js';

const read = (query: string) => readParameters(CONTRACT_FILTERS, readQueryString(`/?${query}`));
const conditions = (query: string) => whereFilters(read(query)).map(({ sql, values }) => [sql, values]);

describe('the filters of the lists', () => {
  test('ask for outstanding contracts where nothing is said', () => {
    expect(conditions('')).toEqual([['c.ended_at IS NULL AND coalesce(c.date_expired > now(), FALSE)', []]]);
  });

  test('keep values apart from SQL', () => {
    const [condition] = conditions(`status=any&q=${encodeURIComponent("'; DROP TABLE contracts; --")}`);
    expect(condition?.[0]).not.toContain('DROP');
    expect(condition?.[1]).toContain("%'; DROP TABLE contracts; --%");
  });

  test('take wildcards as they are written', () => {
    const [condition] = conditions(`status=any&q=${encodeURIComponent('50%_\\')}`);
    expect(condition?.[1]).toContain('%50\\%\\_\\\\%');
  });

  test('give one id to an index, and several to a list', () => {
    const [[one], [several]] = [
      conditions('status=any&region_id=1')[0],
      conditions('status=any&region_id=1,2')[0],
    ] as [[string], [string]];
    expect(one).toContain('= ?');
    expect(several).toContain('= ANY(?');
  });

  test('on items ask one row of them for everything', () => {
    const [, ...asked] = conditions('type_id=34&min_runs=2&min_te=1');
    const [text, values] = asked.pop() ?? [];
    expect(String(text).split('FROM contract_items')).toHaveLength(2);
    expect(values).toEqual([34, 2, 1]);
    expect(asked).toEqual([
      ['c.most_runs >= ?::int', [2]],
      ['c.most_time_efficiency >= ?::int', [1]],
    ]);
  });

  test('on one term ask the contract alone', () => {
    expect(conditions('status=any&max_me=0')).toEqual([['c.least_material_efficiency <= ?::int', [0]]]);
  });

  test('can be left out by name', () => {
    const values = read('type=auction&category_id=6');
    const left = whereFilters(values, { without: ['type', 'category_id', 'status'] });
    expect(left).toEqual([]);
  });

  test.each(Object.entries(CONTRACT_FILTERS))('%s is described', (_name, { schema }) => {
    expect(schema.meta()?.description).toEqual(expect.any(String));
  });
});
