import { describe, expect, test } from '@jest/globals';
import { createSchedule } from './schedule.js';

const REGIONS = [10000001, 10000002, 10000043];
const POPULATION = new Map([
  [10000002, 2000],
  [10000043, 40],
]);
const NOW = Date.UTC(2026, 8, 1, 12);
const DAY = 86_400_000;

const create = (seed = 1) => createSchedule(seed, REGIONS, POPULATION);

describe('schedule of contracts', () => {
  test('is the same for the same seed and another for another', () => {
    expect(create().openAt(10000002, NOW)).toEqual(create().openAt(10000002, NOW));
    expect(create(2).openAt(10000002, NOW)).not.toEqual(create().openAt(10000002, NOW));
  });

  test('does not depend on what was asked before', () => {
    const asked = create();
    for (let hours = 0; hours < 24; hours += 1) {
      asked.openAt(10000043, NOW - hours * 3_600_000);
    }
    expect(asked.openAt(10000002, NOW)).toEqual(create().openAt(10000002, NOW));
  });

  test('keeps about as many contracts open as the region is meant to have', () => {
    for (const days of [0, 3, 11]) {
      const open = create().openAt(10000002, NOW + days * DAY).length;
      expect(open).toBeGreaterThan(1800);
      expect(open).toBeLessThan(2200);
    }
    expect(create().openAt(10000001, NOW)).toEqual([]);
  });

  test('issues new contracts and takes old ones away as time passes', () => {
    const ids = (time: number): Set<number> =>
      new Set(
        create()
          .openAt(10000002, time)
          .map((slot) => slot.contract_id),
      );
    const before = ids(NOW);
    const after = ids(NOW + DAY);
    expect([...after].filter((id) => !before.has(id)).length).toBeGreaterThan(100);
    expect([...before].filter((id) => !after.has(id)).length).toBeGreaterThan(100);
  });

  test('gives ids that are unique, ascend with the date of issue and lead back to their slot', () => {
    const schedule = create();
    const slots = REGIONS.flatMap((regionId) => schedule.openAt(regionId, NOW));
    expect(new Set(slots.map((slot) => slot.contract_id)).size).toBe(slots.length);
    for (const slot of slots) {
      expect(schedule.find(slot.contract_id)).toEqual(slot);
    }
    const ids = schedule.openAt(10000002, NOW).map((slot) => slot.contract_id);
    expect(ids).toEqual([...ids].sort((first, second) => first - second));
    expect(schedule.find(178253661)).toBeUndefined();
  });
});
