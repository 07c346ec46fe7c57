import { describe, expect, test } from '@jest/globals';
import type { EsiAnswer, EsiRequest, Http } from './http.js';
import { getResource } from './universe.js';

const RIFTER = { type_id: 587, name: 'Rifter', group_id: 25, published: true, dogma_attributes: [] };

function answering(answer: Partial<EsiAnswer>) {
  const requests: EsiRequest[] = [];
  const http: Http = {
    send(request) {
      requests.push(request);
      return Promise.resolve({ status: 200, headers: {}, body: undefined, ...answer });
    },
    close: () => undefined,
  };
  return { http, requests };
}

describe('one thing by its id', () => {
  test('comes validated, beside all that ESI sent', async () => {
    const { http, requests } = answering({ body: RIFTER });
    expect(await getResource(http, '/universe/types/{type_id}', 587)).toEqual({
      value: { type_id: 587, name: 'Rifter', group_id: 25 },
      raw: RIFTER,
    });
    expect(requests).toEqual([
      expect.objectContaining({ path: '/universe/types/587', route: '/universe/types/{type_id}' }),
    ]);
  });

  test('needs no id where the route has none', async () => {
    const { http, requests } = answering({ body: [10_000_001, 10_000_002] });
    expect((await getResource(http, '/universe/regions', null)).value).toEqual([10_000_001, 10_000_002]);
    expect(requests[0]?.path).toBe('/universe/regions');
  });

  test.each([204, 304, 400, 403, 404])('cannot be had: %i', async (status) => {
    await expect(
      getResource(answering({ status }).http, '/universe/types/{type_id}', 587),
    ).rejects.toMatchObject({
      name: 'EsiError',
      kind: 'status',
      status,
      message: expect.stringContaining('/universe/types/587'),
    });
  });

  test.each([
    ['a list', []],
    ['nothing', undefined],
    ['an id as string', { ...RIFTER, type_id: '587' }],
    ['no name', { ...RIFTER, name: undefined }],
  ])('is of another shape: %s', async (_what, body) => {
    await expect(
      getResource(answering({ body }).http, '/universe/types/{type_id}', 587),
    ).rejects.toMatchObject({
      kind: 'invalid',
    });
  });
});
