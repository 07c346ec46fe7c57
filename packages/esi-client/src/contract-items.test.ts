import { describe, expect, test } from '@jest/globals';
import nock from 'nock';
import { createEsiClient } from './client.js';
import { CLIENT_OPTIONS, ESI, useNockedEsi } from './nocked-esi.test-setup.js';

const CONTRACT = 190_123_973;

const esi = useNockedEsi();

function itemsRoute(page: number): nock.Interceptor {
  return nock(ESI).get(`/contracts/public/items/${CONTRACT}`).query({ page });
}

const row = (record_id: number): object => ({ record_id, type_id: 34, quantity: 1, is_included: true });

describe("a contract's items", () => {
  test('on one page come in one request', async () => {
    const scope = itemsRoute(1).reply(200, [row(1), row(2)], { 'x-pages': '1' });
    expect(await esi.getContractItems(CONTRACT)).toEqual({ kind: 'items', rows: [row(1), row(2)] });
    expect(scope.isDone()).toBe(true);
  });

  test("over several pages come together and in ESI's order, repeated rows included", async () => {
    itemsRoute(1).reply(200, [row(5), row(5)], { 'x-pages': '3' });
    itemsRoute(2).reply(200, [row(3)], { 'x-pages': '3' });
    itemsRoute(3).reply(200, [row(9)], { 'x-pages': '3' });
    expect(await esi.getContractItems(CONTRACT)).toEqual({
      kind: 'items',
      rows: [row(5), row(5), row(3), row(9)],
    });
  });

  test('may be an empty list, which the caller judges', async () => {
    itemsRoute(1).reply(200, []);
    expect(await esi.getContractItems(CONTRACT)).toEqual({ kind: 'items', rows: [] });
  });

  test.each([204, 403, 404])('cannot be had where ESI answers %i', async (status) => {
    itemsRoute(1).reply(status, status === 204 ? undefined : { error: 'Contract not public' });
    expect(await esi.getContractItems(CONTRACT)).toEqual({ kind: 'unavailable', status });
  });

  test('cannot be had where ESI answers 404 with a page of HTML', async () => {
    itemsRoute(1).reply(404, '<html></html>', { 'content-type': 'text/html' });
    expect(await esi.getContractItems(CONTRACT)).toEqual({ kind: 'unavailable', status: 404 });
  });

  test.each([204, 403, 404])('are none of them had where page 2 answers %i', async (status) => {
    itemsRoute(1).reply(200, [row(1)], { 'x-pages': '2' });
    itemsRoute(2).reply(status);
    expect(await esi.getContractItems(CONTRACT)).toEqual({ kind: 'unavailable', status });
  });
});

describe('all items or an error:', () => {
  test.each([500, 400, 420])('page 2 answers %i to the end', async (status) => {
    itemsRoute(1).reply(200, [row(1)], { 'x-pages': '2' });
    itemsRoute(2).times(4).reply(status, {}, { 'x-esi-error-limit-reset': '2' });
    const own = createEsiClient(CLIENT_OPTIONS);
    await expect(own.getContractItems(CONTRACT)).rejects.toMatchObject({
      name: 'EsiError',
      kind: status === 420 ? 'paused' : 'status',
    });
    await own.close();
  });

  test('page 2 is not a list', async () => {
    itemsRoute(1).reply(200, [row(1)], { 'x-pages': '2' });
    itemsRoute(2).reply(200, { error: 'none' });
    await expect(esi.getContractItems(CONTRACT)).rejects.toMatchObject({ kind: 'invalid' });
  });

  test('the number of pages is nonsense', async () => {
    itemsRoute(1).reply(200, [row(1)], { 'x-pages': 'two' });
    await expect(esi.getContractItems(CONTRACT)).rejects.toMatchObject({ kind: 'invalid' });
  });
});
