import { describe, expect, test } from '@jest/globals';
import { readParameters } from '../http/parameters.js';
import { readQueryString } from '../http/query-string.js';
import { CONTRACT_FILTERS, whereFilters } from './contract-filters.js';

const read = (query: string) => readParameters(CONTRACT_FILTERS, readQueryString(`/?${query}`));
const conditions = (query: string) => whereFilters(read(query)).map(({ sql, values }) => [sql, values]);

describe('the filters of the lists', () => {
  test('ask for outstanding contracts where nothing is said', () => {
    expect(conditions('')).toEqual([['c.gone_at IS NULL AND c.date_expired > now()', []]]);
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

  test.each(Object.entries(CONTRACT_FILTERS))('%s is described', (_name, { schema }) => {
    expect(schema.meta()?.description).toEqual(expect.any(String));
  });
});
