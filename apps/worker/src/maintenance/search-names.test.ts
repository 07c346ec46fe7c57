import { describe, expect, test } from '@jest/globals';
import type { EsiName } from '@hangar-bay/domain';
import fc from 'fast-check';
import { searchNames } from './search-names.js';

/** Names that wait, and an ESI that refuses a batch because of one bad id in it. */
function createWorld(waiting: readonly number[], bad: ReadonlySet<number>, known: number | null = null) {
  const refused: number[][] = [];
  const named = new Set<number>();
  const unknown = new Set<number>();
  let [refusals, mostAtATime, refusesAll] = [0, 0, false];
  const source = {
    ask(ids: readonly number[]): Promise<EsiName[] | null> {
      mostAtATime = Math.max(mostAtATime, ids.length);
      if (refusesAll || ids.some((id) => bad.has(id))) {
        refusals += 1;
        return Promise.resolve(null);
      }
      return Promise.resolve(ids.map((id) => ({ id, name: `Name of ${id}`, category: 'character' })));
    },
    findKnown: () => Promise.resolve(known ?? [...named][0] ?? null),
    save(names: readonly EsiName[], missing: readonly number[]): Promise<void> {
      names.forEach(({ id }) => named.add(id));
      missing.forEach((id) => unknown.add(id));
      return Promise.resolve();
    },
  };
  return {
    refused,
    named,
    unknown,
    source,
    mostAtATime: () => mostAtATime,
    refuseAll(refuse: boolean) {
      refusesAll = refuse;
    },
    /** @returns the report, and how many errors the search has cost. */
    async search() {
      const before = refusals;
      const left = waiting.filter((id) => !named.has(id) && !unknown.has(id));
      const report = await searchNames(left, refused, source);
      return { ...report, errors: refusals - before };
    },
  };
}

const count = (length: number, from = 1) => Array.from({ length }, (_, index) => from + index);

describe('names that wait', () => {
  test('are resolved a thousand at a time', async () => {
    const world = createWorld(count(2_500), new Set());
    expect(await world.search()).toMatchObject({ resolved: 2_500, refused: 0, gave_up: false });
    expect(world.mostAtATime()).toBe(1_000);
  });

  test('are all resolved at once where one id is bad', async () => {
    for (const bad of [1, 617, 1_000]) {
      const world = createWorld(count(1_000), new Set([bad]));
      expect(await world.search()).toMatchObject({ resolved: 999, unknown: 1, gave_up: true });
      expect([...world.unknown]).toEqual([bad]);
    }
  });

  test.each([
    ['lowest', 1],
    ['highest', 961],
  ])('are nearly all resolved by the first search where the 40 %s are bad', async (_which, from) => {
    const bad = new Set(count(40, from));
    const world = createWorld(count(1_000), bad);
    await world.search();
    expect(world.named.size).toBeGreaterThan(900);
    let searches = 1;
    for (; world.unknown.size < 40; searches += 1) {
      expect(searches).toBeLessThan(12);
      const before = world.unknown.size;
      const { errors, done } = await world.search();
      expect(errors).toBeLessThanOrEqual(13);
      expect(done).toBeGreaterThan(0);
      expect(world.unknown.size).toBeGreaterThan(before);
    }
    expect(world.unknown).toEqual(bad);
  });

  test('that are new do not wait for bad ones', async () => {
    const waiting = count(1_000);
    const world = createWorld(waiting, new Set(waiting.filter((id) => id % 25 === 0)));
    await world.search();
    waiting.push(5_000);
    await world.search();
    expect(world.named.has(5_000)).toBe(true);
  });

  test('count as unknown only where names can be had', async () => {
    const world = createWorld([7], new Set([7]), 100);
    world.refuseAll(true);
    expect(await world.search()).toMatchObject({ errors: 2, done: 0, gave_up: true });
    expect(world.unknown.size).toBe(0);
    world.refuseAll(false);
    expect(await world.search()).toMatchObject({ errors: 0, unknown: 1 });
  });

  test('cost two errors where ESI refuses all, and nothing is forgotten or believed', async () => {
    const world = createWorld(count(1_000), new Set(), 5_000);
    world.refuseAll(true);
    expect(await world.search()).toMatchObject({ errors: 2, done: 0, gave_up: true });
    world.refuseAll(false);
    while (world.named.size < 1_000) {
      expect(await world.search()).toMatchObject({ errors: 0 });
    }
    expect(world.unknown.size).toBe(0);
  });

  test('are kept as far as they were known where a request fails in the middle', async () => {
    const world = createWorld(count(1_000), new Set([1]));
    let left = 4;
    const failing = {
      ...world.source,
      ask: (ids: readonly number[]) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error('503')) : world.source.ask(ids);
      },
    };
    await expect(searchNames(count(1_000), world.refused, failing)).rejects.toThrow('503');
    expect(world.named.size).toBeGreaterThan(0);
    const refusals = await world.search();
    expect(world.named.size).toBe(999);
    expect(refusals.errors).toBeLessThanOrEqual(10);
  });

  test('are each named or unknown in the end, whichever are bad, and every search makes progress', async () => {
    const ids = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(ids, fc.array(fc.nat({ max: 119 }), { maxLength: 60 }), async (waiting, positions) => {
        const bad = new Set(positions.flatMap((position) => waiting[position] ?? []));
        const world = createWorld(waiting, bad, 5_000);
        for (let searches = 0; world.named.size + world.unknown.size < waiting.length; searches += 1) {
          expect(searches).toBeLessThan(60);
          expect((await world.search()).errors).toBeLessThanOrEqual(13);
        }
        expect(world.unknown).toEqual(bad);
        expect([...world.named].filter((id) => bad.has(id))).toEqual([]);
      }),
    );
  });
});
