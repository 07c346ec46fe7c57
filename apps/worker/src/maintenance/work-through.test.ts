import { describe, expect, test } from '@jest/globals';
import { EsiError } from '@hangar-bay/esi-client';
import { workThrough } from './work-through.js';

const route = '/universe/stations/{station_id}';
const failure = (status: number) => new EsiError(`answered ${status}`, { kind: 'status', route, status });
const paused = new EsiError('paused', { kind: 'paused', route, waitMs: 600_000 });

/** Works through 100 things; `outcomes` says which fail, and how. */
async function work(outcomeOf: (thing: number) => Error | null) {
  const things = Array.from({ length: 100 }, (_, index) => index);
  const begun: number[] = [];
  const givenUp: number[] = [];
  let [atATime, most] = [0, 0];
  const report = await workThrough(
    things,
    undefined,
    async (thing) => {
      begun.push(thing);
      atATime += 1;
      most = Math.max(most, atATime);
      await new Promise((resolve) => setImmediate(resolve));
      atATime -= 1;
      const error = outcomeOf(thing);
      if (error) {
        throw error;
      }
    },
    (thing) => {
      givenUp.push(thing);
      return Promise.resolve();
    },
  );
  return { ...report, begun, givenUp, most };
}

describe('many things', () => {
  test('are worked through a few at a time', async () => {
    expect(await work(() => null)).toMatchObject({ done: 100, failed: 0, left: 0, gave_up: false, most: 8 });
  });

  test('of a dead route end after three, one at a time', async () => {
    expect(await work(() => failure(503))).toMatchObject({
      done: 0,
      failed: 3,
      left: 97,
      gave_up: true,
      givenUp: [0, 1, 2],
      most: 1,
    });
  });

  test('of a route that dies in between end soon after', async () => {
    const { failed, gave_up } = await work((thing) => (thing > 40 ? failure(503) : null));
    expect(gave_up).toBe(true);
    expect(failed).toBeLessThanOrEqual(10);
  });

  test('go on past single failures', async () => {
    expect(await work((thing) => (thing % 20 === 0 ? failure(500) : null))).toMatchObject({
      done: 95,
      failed: 5,
      left: 0,
      gave_up: false,
    });
  });

  test('that ESI does not know are answers, but not for ever', async () => {
    expect(await work((thing) => (thing < 5 ? failure(404) : null))).toMatchObject({
      done: 100,
      failed: 5,
      gave_up: false,
    });
    const { failed, gave_up } = await work(() => failure(404));
    expect(gave_up).toBe(true);
    expect(failed).toBeLessThanOrEqual(13);
  });

  test.each([
    ['a pause', paused],
    ['429', failure(429)],
  ])('end at once with %s, which nobody is given up for', async (_what, error) => {
    await expect(work((thing) => (thing === 1 ? error : null))).rejects.toBe(error);
  });
});
