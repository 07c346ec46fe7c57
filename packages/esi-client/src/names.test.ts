import { describe, expect, test } from '@jest/globals';
import type { EsiAnswer, EsiRequest, Http } from './http.js';
import { resolveNames } from './names.js';

function nameOf(id: number): object {
  return { id, name: `Name of ${id}`, category: 'character' };
}

function answering(answer: Partial<EsiAnswer>, requests: EsiRequest[] = []): Http {
  return {
    send(request) {
      requests.push(request);
      return Promise.resolve({ status: 200, headers: {}, body: [], ...answer });
    },
    close: () => undefined,
  };
}

describe('names', () => {
  test('come in one request', async () => {
    const requests: EsiRequest[] = [];
    const http = answering({ body: [nameOf(2), nameOf(1)] }, requests);
    expect(await resolveNames(http, [1, 2])).toEqual([nameOf(1), nameOf(2)]);
    expect(requests).toMatchObject([{ method: 'post', path: '/universe/names', body: [1, 2] }]);
  });

  test('are refused as a whole because of one id', async () => {
    expect(await resolveNames(answering({ status: 404 }), [1, 2])).toBeNull();
  });

  test('that ESI leaves out, that nobody asked for or that come twice are left out', async () => {
    const http = answering({ body: [nameOf(1), nameOf(9), nameOf(3), nameOf(1)] });
    expect(await resolveNames(http, [1, 2, 3])).toEqual([nameOf(1), nameOf(3)]);
  });

  test.each([
    ['another status', { status: 403 }, 'status'],
    ['an object', { body: { error: 'none' } }, 'invalid'],
    ['a row without a name', { body: [{ id: 1, category: 'character' }] }, 'invalid'],
    ['no body', { body: undefined }, 'invalid'],
  ])('cannot be had: %s', async (_what, answer, kind) => {
    await expect(resolveNames(answering(answer), [1])).rejects.toMatchObject({ name: 'EsiError', kind });
  });
});
