import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { ESI, useNockedEsi } from './nocked-esi.test-setup.js';

const CONTRACT = 190_319_637;
const HEADERS = { 'cache-control': 'public, max-age=120', etag: 'W/"bids"', 'x-pages': '1' };

const esi = useNockedEsi();

function bidsRoute(page: number): nock.Interceptor {
  return nock(ESI).get(`/contracts/public/bids/${CONTRACT}`).query({ page });
}

const row = (bid_id: number): object => ({ bid_id, amount: 1, date_bid: '2026-08-18T11:05:00Z' });

describe("an auction's bids", () => {
  test('on one page come with their validator and lifetime', async () => {
    bidsRoute(1).reply(200, [row(1), row(2)], HEADERS);
    expect(await esi.getContractBids(CONTRACT, null)).toEqual({
      kind: 'bids',
      rows: [row(1), row(2)],
      etag: 'W/"bids"',
      freshSeconds: 120,
    });
  });

  test('over several pages come together, fresh until the last of them expires, without a validator', async () => {
    bidsRoute(1).reply(200, [row(1)], { ...HEADERS, 'x-pages': '2' });
    bidsRoute(2).reply(200, [row(2)], { ...HEADERS, 'x-pages': '2', 'cache-control': 'max-age=200' });
    expect(await esi.getContractBids(CONTRACT, null)).toEqual({
      kind: 'bids',
      rows: [row(1), row(2)],
      etag: null,
      freshSeconds: 200,
    });
  });

  test('are all there where a page between says nothing of how many there are', async () => {
    bidsRoute(1).reply(200, [row(1)], { ...HEADERS, 'x-pages': '3' });
    bidsRoute(2).reply(200, [row(2)]);
    bidsRoute(3).reply(200, [row(3)], HEADERS);
    expect(await esi.getContractBids(CONTRACT, null)).toMatchObject({
      kind: 'bids',
      rows: [row(1), row(2), row(3)],
      etag: null,
    });
  });

  test('that fill a page have no validator, since a second page can follow an unchanged first one', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => row(index + 1));
    bidsRoute(1).reply(200, rows, HEADERS);
    expect(await esi.getContractBids(CONTRACT, null)).toMatchObject({ kind: 'bids', etag: null });
  });

  test('that ESI says are unchanged keep their validator', async () => {
    bidsRoute(1).matchHeader('if-none-match', 'W/"bids"').reply(304, undefined, HEADERS);
    expect(await esi.getContractBids(CONTRACT, 'W/"bids"')).toEqual({
      kind: 'unchanged',
      etag: 'W/"bids"',
      freshSeconds: 120,
    });
  });

  test('whose unchanged page has another behind it are asked for whole the next time', async () => {
    bidsRoute(1).reply(304, undefined, { ...HEADERS, 'x-pages': '2' });
    expect(await esi.getContractBids(CONTRACT, 'W/"bids"')).toMatchObject({ kind: 'unchanged', etag: null });
  });

  test.each([204, 403, 404])(
    "cannot be had where ESI answers %i, for the route's lifetime",
    async (status) => {
      bidsRoute(1).reply(status);
      expect(await esi.getContractBids(CONTRACT, null)).toEqual({
        kind: 'unavailable',
        status,
        freshSeconds: 300,
      });
    },
  );

  test('are not polled faster where an answer is stale on arrival', async () => {
    bidsRoute(1).reply(200, [], { ...HEADERS, 'cache-control': 'max-age=0' });
    expect(await esi.getContractBids(CONTRACT, null)).toMatchObject({ kind: 'bids', freshSeconds: 300 });
  });

  test('that are no list are an error', async () => {
    bidsRoute(1).reply(200, { error: 'unexpected' }, HEADERS);
    await expect(esi.getContractBids(CONTRACT, null)).rejects.toMatchObject({ kind: 'invalid' });
  });
});
