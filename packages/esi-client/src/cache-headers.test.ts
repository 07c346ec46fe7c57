import { describe, expect, test } from '@jest/globals';
import { EsiError } from './esi-error.js';
import { readDate, readEtag, readFreshSeconds, readPageCount } from './cache-headers.js';

const ROUTE = '/contracts/public/{region_id}';
const FALLBACK = 1_800;
const A_DAY = 86_400;

describe('how long an answer stays fresh', () => {
  test.each([
    ['max-age', { 'cache-control': 'public, max-age=300' }, 300],
    ['max-age without anything beside it', { 'cache-control': 'max-age=300' }, 300],
    ['max-age in capitals', { 'cache-control': 'Public, Max-Age=300' }, 300],
    ['max-age less the time spent in caches', { 'cache-control': 'max-age=300', age: '120' }, 180],
    [
      'nothing, where the cached answer is older than max-age',
      { 'cache-control': 'max-age=300', age: '400' },
      0,
    ],
    ['max-age before Expires', { 'cache-control': 'max-age=60', ...expiresAfter(900) }, 60],
    ['Expires less Date where max-age is missing', { 'cache-control': 'public', ...expiresAfter(900) }, 900],
    ['nothing, where Expires has passed', expiresAfter(-5), 0],
    ['max-age of shared caches is not meant', { 'cache-control': 's-maxage=60', ...expiresAfter(900) }, 900],
  ])('%s', (_what, headers, seconds) => {
    expect(readFreshSeconds(headers, FALLBACK)).toBe(seconds);
  });

  test.each([
    ['no header at all', {}],
    ['an Expires that is no date', { expires: '0', date: 'now' }],
    ['an Expires without a Date, since the local clock proves nothing', { expires: httpDate(900) }],
    ['a max-age that is no number', { 'cache-control': 'max-age=soon' }],
    ['a max-age of too many digits', { 'cache-control': 'max-age=99999999999999999999' }],
    ['a negative max-age', { 'cache-control': 'max-age=-1' }],
    ['empty headers', { 'cache-control': '', expires: '', date: '' }],
    ['repeated headers', { 'cache-control': ['max-age=1'], expires: [httpDate(1)] }],
  ])("the route's own lifetime for %s", (_what, headers) => {
    expect(readFreshSeconds(headers, FALLBACK)).toBe(FALLBACK);
  });

  test.each([
    ['an Age that is no number counts as 0', { 'cache-control': 'max-age=300', age: 'old' }, 300],
    ['a negative Age does not make it fresher', { 'cache-control': 'max-age=300', age: '-600' }, 300],
    ['a max-age of a year is cut to a day', { 'cache-control': 'max-age=31536000' }, A_DAY],
    ['an Expires in a year is cut to a day', expiresAfter(31_536_000), A_DAY],
  ])('%s', (_what, headers, seconds) => {
    expect(readFreshSeconds(headers, FALLBACK)).toBe(seconds);
  });
});

test('a date is read, and nonsense is none', () => {
  expect(readDate('Tue, 04 Aug 2026 10:15:00 GMT')).toEqual(new Date('2026-08-04T10:15:00Z'));
  expect(readDate('yesterday')).toBeNull();
  expect(readDate(undefined)).toBeNull();
});

test('an ETag is kept whole, weak mark and quotes included', () => {
  expect(readEtag({ etag: 'W/"e4d909c2"' })).toBe('W/"e4d909c2"');
  expect(readEtag({ etag: '' })).toBeNull();
  expect(readEtag({})).toBeNull();
});

describe('the number of pages', () => {
  test.each([
    ['34', 34],
    ['1', 1],
    ['10000', 10_000],
    ['0', 1],
  ])('X-Pages %s means %i', (header, pages) => {
    expect(readPageCount({ 'x-pages': header }, ROUTE)).toBe(pages);
  });

  test('is not known where ESI does not say', () => {
    expect(readPageCount({}, ROUTE)).toBeNull();
    expect(readPageCount({ 'x-pages': '' }, ROUTE)).toBeNull();
  });

  test.each(['-1', '2.5', 'many', '1e3', '10001', 'NaN', '3, 4', '99999999999999999999'])(
    'is refused as %s, since a smaller one would hide pages that are there',
    (header) => {
      expect(() => readPageCount({ 'x-pages': header }, ROUTE)).toThrow(EsiError);
    },
  );
});

function expiresAfter(seconds: number): { expires: string; date: string } {
  return { expires: httpDate(seconds), date: httpDate(0) };
}

/** Years away from the clock of the machine that runs the tests. */
function httpDate(seconds: number): string {
  return new Date(Date.UTC(2011, 4, 3) + seconds * 1000).toUTCString();
}
