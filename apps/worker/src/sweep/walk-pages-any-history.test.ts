import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ListOfContracts, MINUTE, idsOfPages, type Moment } from './list-of-contracts.test-setup.js';
import type { Walk } from './walk-pages.js';

describe('whatever happens at ESI', () => {
  const event = fc.constantFrom<Moment['event'][]>(
    'quiet',
    'quiet',
    'quiet',
    'regenerate',
    'fail',
    'not_found',
  );
  const anyMoment: fc.Arbitrary<Moment> = fc.record({
    event,
    taken: fc.nat({ max: 8 }),
    issued: fc.nat({ max: 8 }),
    passMs: fc.constantFrom(0, 50, 700, 4_000),
    freshMs: fc.constantFrom(0, 900, 5_000, MINUTE),
    bare304: fc.boolean(),
    turns: fc.nat({ max: 4 }),
  });
  const anyHistory = fc.record({
    size: fc.nat({ max: 30 }),
    moments: fc.array(anyMoment, { maxLength: 60 }),
    named: fc.boolean(),
    freshMs: fc.constantFrom(0, 900, 5_000, MINUTE),
    pauses: fc.array(fc.constantFrom(0, 500, 8_000, MINUTE), { minLength: 3, maxLength: 3 }),
  });

  test('a complete walk holds exactly the contracts of one generation, no page was asked for early, and it ends', async () => {
    let complete = 0;
    await fc.assert(
      fc.asyncProperty(anyHistory, async ({ size, moments, named, freshMs, pauses }) => {
        const list = new ListOfContracts(size, moments, { named, freshMs });
        for (const pause of pauses) {
          list.now += pause;
          const walk = await list.walk();
          expect(list.tooEarly).toEqual([]);
          expect(list.requests.length).toBeLessThan(400);
          if (walk.outcome === 'complete') {
            complete += 1;
            expectOneGeneration(list, walk);
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(complete).toBeGreaterThan(100);
  });
});

function expectOneGeneration(list: ListOfContracts, walk: Walk & { outcome: 'complete' }): void {
  const held = idsOfPages(list, walk.pageCount);
  const wholes = list.generations.filter(
    ({ lastModified, ids }) =>
      ids.join() === held.join() &&
      (walk.pageCount === 1 || lastModified.getTime() === walk.generation.getTime()),
  );
  expect(wholes).not.toEqual([]);
}
