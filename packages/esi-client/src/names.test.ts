import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EsiAnswer, EsiRequest, Http } from './http.js';
import { NAMES_PER_REQUEST, resolveNames } from './names.js';

/** ESI as far as names go: one id that it does not know, and the whole batch is refused. */
function createNamesOnly(bad: ReadonlySet<number>) {
  const requests: EsiRequest[] = [];
  let refusals = 0;
  const http: Http = {
    send(request): Promise<EsiAnswer> {
      requests.push(request);
      const ids = request.body as number[];
      if (ids.some((id) => bad.has(id))) {
        refusals += 1;
        return Promise.resolve({ status: 404, headers: {}, body: { error: 'Ensure all IDs are valid' } });
      }
      return Promise.resolve({ status: 200, headers: {}, body: ids.map(nameOf) });
    },
    close: () => undefined,
  };
  return { http, requests, refusals: () => refusals };
}

function nameOf(id: number): object {
  return { id, name: `Name of ${id}`, category: 'character' };
}

function answering(answer: Partial<EsiAnswer>): Http {
  return {
    send: () => Promise.resolve({ status: 200, headers: {}, body: [], ...answer }),
    close: () => undefined,
  };
}

function count(length: number): number[] {
  return Array.from({ length }, (_, index) => index + 1);
}

describe('names', () => {
  test('of a thousand good ids come in one request', async () => {
    const { http, requests } = createNamesOnly(new Set());
    const { names, unknown } = await resolveNames(http, count(NAMES_PER_REQUEST));
    expect(names.map(({ id }) => id)).toEqual(count(NAMES_PER_REQUEST));
    expect(unknown).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: 'post', path: '/universe/names' });
  });

  test('of no ids need no request', async () => {
    const { http, requests } = createNamesOnly(new Set());
    expect(await resolveNames(http, [])).toEqual({ names: [], unknown: [] });
    expect(requests).toHaveLength(0);
  });

  test('of a thousand ids with a bad one among them: it is found, and all others are named', async () => {
    const { http, refusals } = createNamesOnly(new Set([617]));
    const { names, unknown } = await resolveNames(http, count(NAMES_PER_REQUEST));
    expect(unknown).toEqual([617]);
    expect(names).toHaveLength(NAMES_PER_REQUEST - 1);
    expect(refusals()).toBeLessThanOrEqual(11);
  });

  test('of many bad ids: no call costs more than 30 errors, and each one settles some', async () => {
    const bad = new Set(count(40).map((each) => each * 25));
    let waiting = count(NAMES_PER_REQUEST);
    const found: number[] = [];
    for (let call = 0; waiting.length > 0; call += 1) {
      expect(call).toBeLessThan(40);
      const { http, refusals } = createNamesOnly(bad);
      const { names, unknown } = await resolveNames(http, waiting);
      expect(refusals()).toBeLessThanOrEqual(30);
      const settled = new Set([...names.map(({ id }) => id), ...unknown]);
      expect(settled.size).toBeGreaterThan(0);
      waiting = waiting.filter((id) => !settled.has(id));
      found.push(...unknown);
    }
    expect(found.toSorted((a, b) => a - b)).toEqual([...bad]);
  });

  test('whichever ids are bad, each id is named, unknown or left for the next call: one of the three', async () => {
    const anyIds = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(
        anyIds,
        fc.array(fc.nat({ max: 119 }), { maxLength: 30 }),
        async (ids, badPositions) => {
          const bad = new Set(badPositions.flatMap((position) => ids[position] ?? []));
          const { http, refusals } = createNamesOnly(bad);
          const { names, unknown } = await resolveNames(http, ids);
          const named = names.map(({ id }) => id);

          expect(refusals()).toBeLessThanOrEqual(30);
          expect(new Set([...named, ...unknown]).size).toBe(named.length + unknown.length);
          expect([...named, ...unknown].filter((id) => !ids.includes(id))).toEqual([]);
          expect(named.filter((id) => bad.has(id))).toEqual([]);
          expect(unknown.filter((id) => !bad.has(id))).toEqual([]);
          if (refusals() < 30) {
            expect(named.length + unknown.length).toBe(ids.length);
          }
        },
      ),
    );
  });

  test('that ESI leaves out of an answer are unknown', async () => {
    expect(await resolveNames(answering({ body: [nameOf(1), nameOf(3)] }), [1, 2, 3])).toEqual({
      names: [nameOf(1), nameOf(3)],
      unknown: [2],
    });
  });

  test('that nobody asked for, or that come twice, are left out', async () => {
    expect(await resolveNames(answering({ body: [nameOf(1), nameOf(9), nameOf(1)] }), [1])).toEqual({
      names: [nameOf(1)],
      unknown: [],
    });
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
