import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { ESI, useNockedEsi } from './nocked-esi.test-setup.js';

const FORGE = 10_000_002;
const ROWS = [{ contract_id: 1 }, { anything: 'at all' }, null];
const ETAG = 'W/"b5e4d909c29034e8"';
const HEADERS = {
  etag: ETAG,
  'last-modified': 'Tue, 04 Aug 2026 10:00:00 GMT',
  date: 'Tue, 04 Aug 2026 10:10:00 GMT',
  expires: 'Tue, 04 Aug 2026 10:30:00 GMT',
  'cache-control': 'public',
  'x-pages': '34',
};

const esi = useNockedEsi();

function pageRoute(page: number, reqheaders: Record<string, string> = {}): nock.Interceptor {
  return nock(ESI, { reqheaders }).get(`/contracts/public/${FORGE}`).query({ page });
}

describe('a page of a region', () => {
  test('comes as ESI sent it, with what its headers say', async () => {
    pageRoute(3).reply(200, ROWS, HEADERS);
    expect(await esi.getRegionPage(FORGE, 3, null)).toEqual({
      kind: 'rows',
      rows: ROWS,
      etag: ETAG,
      lastModified: new Date('2026-08-04T10:00:00Z'),
      date: new Date('2026-08-04T10:10:00Z'),
      pageCount: 34,
      freshSeconds: 1_200,
    });
  });

  test('without helpful headers is one page of an unnamed generation that stays fresh as documented', async () => {
    pageRoute(1).reply(200, []);
    expect(await esi.getRegionPage(FORGE, 1, null)).toEqual({
      kind: 'rows',
      rows: [],
      etag: null,
      lastModified: null,
      date: null,
      pageCount: null,
      freshSeconds: 1_800,
    });
  });

  test('is asked for with the whole validator, weak mark included', async () => {
    pageRoute(2, { 'if-none-match': ETAG }).reply(304, undefined, HEADERS);
    expect(await esi.getRegionPage(FORGE, 2, ETAG)).toEqual({
      kind: 'unchanged',
      etag: ETAG,
      lastModified: new Date('2026-08-04T10:00:00Z'),
      date: new Date('2026-08-04T10:10:00Z'),
      pageCount: 34,
      freshSeconds: 1_200,
    });
  });

  test('that is unchanged keeps its validator, and its number of pages stays open, where the 304 repeats neither', async () => {
    pageRoute(2).reply(304);
    expect(await esi.getRegionPage(FORGE, 2, ETAG)).toMatchObject({
      kind: 'unchanged',
      etag: ETAG,
      pageCount: null,
    });
  });

  test('that is not there is absent', async () => {
    pageRoute(35).reply(404, { error: 'Requested page does not exist!' });
    expect(await esi.getRegionPage(FORGE, 35, null)).toEqual({ kind: 'absent' });
  });
});

describe('no page at all is', () => {
  test.each([
    ['an object', { error: 'none' }],
    ['a string', '"none"'],
    ['a number', '7'],
    ['null', 'null'],
    ['nothing', ''],
  ])('a body that is not a list: %s', async (_what, body) => {
    pageRoute(1).reply(200, body, { 'content-type': 'application/json' });
    await expect(esi.getRegionPage(FORGE, 1, null)).rejects.toMatchObject({
      name: 'EsiError',
      kind: 'invalid',
    });
  });

  test('a page of HTML', async () => {
    pageRoute(1).times(4).reply(200, '<html>down for maintenance</html>', { 'content-type': 'text/html' });
    await expect(esi.getRegionPage(FORGE, 1, null)).rejects.toMatchObject({ kind: 'network' });
  });

  test('a 304 that nobody asked for', async () => {
    pageRoute(1).reply(304);
    await expect(esi.getRegionPage(FORGE, 1, null)).rejects.toMatchObject({ kind: 'status', status: 304 });
  });

  test.each([204, 400, 403])('an answer %i', async (status) => {
    pageRoute(1).reply(status);
    await expect(esi.getRegionPage(FORGE, 1, null)).rejects.toMatchObject({ kind: 'status', status });
  });

  test('a list whose number of pages is nonsense', async () => {
    pageRoute(1).reply(200, ROWS, { 'x-pages': '-1' });
    await expect(esi.getRegionPage(FORGE, 1, null)).rejects.toMatchObject({ kind: 'invalid' });
  });
});
