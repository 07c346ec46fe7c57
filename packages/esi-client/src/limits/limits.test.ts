import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EsiRoute } from '@hangar-bay/domain';
import { readAnswer, type Answer } from './answer.js';
import { batchMs, grant, slowdownFor, waitFor, type Want } from './grant.js';
import { learn } from './learn.js';
import {
  LONGEST_PAUSE_MS,
  NO_LIMITS,
  limitsSchema,
  tidy,
  usedErrors,
  waitForErrors,
  type Limits,
} from './state.js';

const ITEMS: EsiRoute = '/contracts/public/items/{contract_id}';
const TYPES: EsiRoute = '/universe/types/{type_id}';
const NOW = 1_800_000_000_000;

function answer(status: number, headers: Record<string, string> = {}, at = NOW, route = ITEMS): Answer {
  return readAnswer(route, { status, headers }, at, 0.5);
}

function want(details: Partial<Want> = {}): Want {
  return {
    worker: 'one',
    slots: 1,
    urgent: false,
    permits: { sweep: 0, item: 16 },
    committed: 0,
    scopes: [],
    maxWaitMs: 60_000,
    ...details,
  };
}

const nonsense = fc.oneof(
  fc.string(),
  fc.double().map(String),
  fc.integer().map(String),
  fc.constantFrom('-1', 'NaN', '31536000', '9'.repeat(400), '600/15m', '0/0m', '1/999999h', undefined),
);
const anyAnswer = fc
  .record({
    route: fc.constantFrom<EsiRoute>(ITEMS, TYPES, '/contracts/public/{region_id}'),
    status: fc.constantFrom(200, 204, 304, 404, 420, 429, 500, 503, null),
    headers: fc.record({
      'x-esi-error-limit-remain': nonsense,
      'x-esi-error-limit-reset': nonsense,
      'retry-after': nonsense,
      'x-ratelimit-group': fc.oneof(nonsense, fc.constantFrom('meta', '__proto__', 'constructor')),
      'x-ratelimit-limit': nonsense,
      'x-ratelimit-remaining': nonsense,
    }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    afterMs: fc.integer({ min: -3_600_000, max: 120_000 }),
  })
  .map((drawn) => ({ ...drawn, outcome: drawn.status === null ? { status: null, timedOut: true } : drawn }));

describe('whatever ESI sends and whatever the clock does', () => {
  test('no wait is negative or longer than a quarter of an hour, and nothing stored is absurd', () => {
    fc.assert(
      fc.property(fc.array(anyAnswer, { maxLength: 30 }), (drawn) => {
        let limits: Limits = NO_LIMITS;
        let now = NOW;
        for (const { route, outcome, jitter, afterMs } of drawn) {
          now += afterMs;
          limits = learn(tidy(limits, now), readAnswer(route, outcome as never, now, jitter));
          const [granted, { slots, permits, turns }] = grant(
            limits,
            want({ slots: 3, scopes: Object.keys(limits.scopes) }),
            now,
            { perSecond: 20, share: 1 },
          );
          limits = granted;
          expect(limitsSchema.safeParse(JSON.parse(JSON.stringify(limits))).error).toBeUndefined();
          for (const waitMs of [
            waitFor(limits, route, 'item', now),
            waitFor(limits, route, 'sweep', now),
            waitForErrors(limits, 60, now),
            ...slots.map((at) => at - now),
            ...Object.values(turns).map((at) => at - now),
          ]) {
            expect(waitMs).toBeGreaterThanOrEqual(0);
            expect(waitMs).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
          }
          expect(Math.min(permits.item, permits.sweep, usedErrors(limits, now))).toBeGreaterThanOrEqual(0);
          expect(slowdownFor(limits, now, { perSecond: 20, share: 1 })).toBeGreaterThanOrEqual(1);
        }
        expect(waitFor(tidy(limits, now + LONGEST_PAUSE_MS), ITEMS, 'item', now + LONGEST_PAUSE_MS)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the error limit', () => {
  test('is never spent beyond 80 in any minute, whatever workers do with their permits', () => {
    const workers = ['a', 'b', 'c', 'd'];
    const step = fc.record({
      worker: fc.constantFrom(...workers),
      sweeps: fc.nat(20),
      items: fc.nat(20),
      /** Share of its permits whose requests end in errors. */
      failing: fc.double({ min: 0, max: 1, noNaN: true }),
      afterMs: fc.nat(9_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.boolean(), (steps, known) => {
        let limits: Limits = NO_LIMITS;
        let now = NOW;
        const untold = new Map(workers.map((worker) => [worker, 0]));
        const errors: number[] = [];
        for (const { worker, sweeps, items, failing, afterMs } of steps) {
          now += afterMs;
          const window = known ? { endsAt: now + 1_000, used: 0 } : null;
          const told = Array.from({ length: untold.get(worker) ?? 0 }, () => answer(404, {}, now));
          const start = told.reduce(learn, { ...tidy(limits, now), window });
          const [next, { permits }] = grant(
            start,
            want({ worker, permits: { sweep: sweeps, item: items } }),
            now,
            { perSecond: 20, share: 1 },
          );
          limits = next;
          const caused = Math.floor(Math.max(permits.item, permits.sweep) * failing);
          untold.set(worker, caused);
          errors.push(...Array.from({ length: caused }, () => now));
          // A worker tells its errors before what it holds lapses.
          for (const name of Object.keys(limits.workers)) {
            limits = {
              ...limits,
              workers: { ...limits.workers, [name]: { held: limits.workers[name]?.held ?? 0, seenAt: now } },
            };
          }
        }
        for (const end of errors) {
          expect(errors.filter((at) => at > end - 60_000 && at <= end).length).toBeLessThanOrEqual(80);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('stops contracts at 60 and region lists at 80', () => {
    const remain = (left: number) =>
      learn(
        NO_LIMITS,
        answer(200, { 'x-esi-error-limit-remain': String(left), 'x-esi-error-limit-reset': '40' }),
      );
    expect(waitFor(remain(41), ITEMS, 'item', NOW)).toBe(0);
    expect(waitFor(remain(40), ITEMS, 'item', NOW)).toBe(40_000);
    expect(waitFor(remain(40), ITEMS, 'sweep', NOW)).toBe(0);
    expect(waitFor(remain(20), ITEMS, 'sweep', NOW)).toBe(40_000);
  });

  test('slows contracts down as it is spent, and region lists not', () => {
    const spent = (used: number): Limits => ({ ...NO_LIMITS, window: { endsAt: NOW + 30_000, used } });
    const gap = (limits: Limits, urgent: boolean) => {
      const [next] = grant(limits, want({ urgent }), NOW, { perSecond: 20, share: 1 });
      return next.nextSlotAt - NOW;
    };
    expect([0, 30, 45, 55].map((used) => gap(spent(used), false))).toEqual([50, 50, 100, 300]);
    expect(gap(spent(55), true)).toBe(50);
  });

  test('does not count what spends tokens, nor 420, nor 204', () => {
    const answers = [answer(404, { 'x-ratelimit-group': 'market' }), answer(420), answer(204), answer(304)];
    expect(answers.map(({ isError }) => isError)).toEqual([false, false, false, false]);
    expect([answer(404), answer(520), answer(429)].map(({ isError }) => isError)).toEqual([true, true, true]);
  });
});

describe('a rate-limit group', () => {
  const bucket = (remaining: number) => ({
    'x-ratelimit-group': 'static',
    'x-ratelimit-limit': '600/15m',
    'x-ratelimit-remaining': String(remaining),
  });

  test('is paused as a whole, and alone', () => {
    const known = learn(NO_LIMITS, answer(200, bucket(600), NOW, '/universe/groups/{group_id}'));
    const paused = learn(known, answer(429, { ...bucket(0), 'retry-after': '30' }, NOW, TYPES));
    expect(waitFor(paused, '/universe/groups/{group_id}', 'item', NOW)).toBe(30_000);
    expect(waitFor(paused, ITEMS, 'item', NOW)).toBe(0);
  });

  test('backs off by itself where ESI does not say for how long', () => {
    let [limits, now]: [Limits, number] = [NO_LIMITS, NOW];
    const waits = [];
    for (let strike = 0; strike < 9; strike += 1) {
      limits = learn(learn(limits, answer(429, {}, now)), answer(429, {}, now + 1));
      waits.push(waitFor(limits, ITEMS, 'item', now) / 1000);
      now += waitFor(limits, ITEMS, 'item', now);
    }
    expect(waits.slice(0, 7)).toEqual([5, 10, 20, 40, 80, 160, 300]);
  });

  test('that is half empty gives turns so far apart that it never runs out', () => {
    let [limits, now, tokens, asked]: [Limits, number, number, number] = [NO_LIMITS, NOW, 280, 0];
    limits = learn(limits, answer(200, bucket(tokens)));
    while (now < NOW + 900_000) {
      const [next, { turns }] = grant(limits, want({ scopes: ['group:static'] }), now, {
        perSecond: 20,
        share: 1,
      });
      now = turns['group:static'] ?? NaN;
      tokens -= 2;
      asked += 1;
      limits = learn(next, answer(200, bucket(tokens), now));
    }
    expect(tokens).toBeGreaterThan(30);
    expect(asked).toBeGreaterThan(50);
  });
});

describe('the budget', () => {
  test('is given out in order and never twice, in batches of a quarter of a second at 20 a second', () => {
    let limits: Limits = NO_LIMITS;
    const given: number[] = [];
    for (let ask = 0; ask < 40; ask += 1) {
      const [next, { slots }] = grant(limits, want({ slots: 50 }), NOW + ask, { perSecond: 20, share: 1 });
      expect(slots.length).toBeLessThanOrEqual(5);
      given.push(...slots);
      limits = next;
    }
    expect(new Set(given).size).toBe(200);
    expect(given.at(-1)).toBe(NOW + 199 * 50);
    expect([20, 100, 5_000].map(batchMs)).toEqual([250, 100, 100]);
  });

  test('is one probe in five seconds after ten failures in a row, until an answer comes', () => {
    const failed = Array.from({ length: 10 }, () => answer(503));
    const down = failed.reduce(learn, NO_LIMITS);
    const [next, { slots }] = grant(down, want({ slots: 50 }), NOW, { perSecond: 20, share: 1 });
    expect(slots).toEqual([NOW + 5_000]);
    expect(next.nextSlotAt).toBe(NOW + 10_000);
    expect(learn(next, answer(404, {}, NOW + 5_000)).nextSlotAt).toBe(NOW + 5_000);
  });
});
