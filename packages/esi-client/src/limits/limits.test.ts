import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EsiRoute } from '@hangar-bay/domain';
import { readAnswer, type Answer } from './answer.js';
import { usedErrors, waitForErrors } from './errors.js';
import { batchMs, grant, maintenanceAllowed, slowdownFor, waitFor, type Want } from './grant.js';
import { learn } from './learn.js';
import type { Priority } from './priority.js';
import { LONGEST_PAUSE_MS, NO_LIMITS, limitsSchema, tidy, type Limits } from './state.js';
import { waitForTurn } from './tokens.js';

const ITEMS: EsiRoute = '/contracts/public/items/{contract_id}';
const LIST: EsiRoute = '/contracts/public/{region_id}';
const STATIONS: EsiRoute = '/universe/stations/{station_id}';
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
    turns: [],
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
          const [granted, { slots, permits }] = grant(
            limits,
            want({
              slots: 3,
              turns: Object.keys(limits.scopes).map((scope) => ({ scope, priority: 'item' })),
            }),
            now,
            { perSecond: 20, share: 1 },
          );
          limits = granted;
          expect(limitsSchema.safeParse(JSON.parse(JSON.stringify(limits))).error).toBeUndefined();
          for (const waitMs of [
            waitFor(limits, route, now),
            waitForErrors(limits, route, now),
            ...slots.map((at) => at - now),
            ...Object.values(limits.scopes).map((scope) => waitForTurn(scope, 'item', now) ?? 0),
            ...Object.values(limits.scopes).map((scope) => waitForTurn(scope, 'sweep', now) ?? 0),
          ]) {
            expect(waitMs).toBeGreaterThanOrEqual(0);
            expect(waitMs).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
          }
          expect(Math.min(permits.item, permits.sweep, usedErrors(limits, now))).toBeGreaterThanOrEqual(0);
          expect(slowdownFor(limits, now, { perSecond: 20, share: 1 })).toBeGreaterThanOrEqual(1);
        }
        expect(waitFor(tidy(limits, now + LONGEST_PAUSE_MS), ITEMS, now + LONGEST_PAUSE_MS)).toBe(0);
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
    expect(waitFor(remain(41), ITEMS, NOW)).toBe(0);
    expect(waitFor(remain(40), ITEMS, NOW)).toBe(40_000);
    expect(waitFor(remain(40), LIST, NOW)).toBe(0);
    expect(waitFor(remain(20), LIST, NOW)).toBe(40_000);
  });

  test('stops maintenance at 20 errors of its own, whatever others have caused, and nothing else', () => {
    const failed = (count: number, route: EsiRoute, limits: Limits = NO_LIMITS) =>
      Array.from({ length: count }, () => answer(503, {}, NOW, route)).reduce(learn, limits);
    const twenty = failed(20, STATIONS);
    expect(waitFor(failed(19, STATIONS), STATIONS, NOW)).toBe(0);
    expect(waitFor(twenty, STATIONS, NOW)).toBe(65_000);
    expect([ITEMS, LIST].map((route) => waitFor(twenty, route, NOW))).toEqual([0, 0]);
    expect(waitFor(failed(30, ITEMS), STATIONS, NOW)).toBe(0);
    expect(waitFor(failed(60, ITEMS), STATIONS, NOW)).toBe(65_000);
    expect(maintenanceAllowed(failed(15, STATIONS), STATIONS, NOW)).toBe(5);
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
    expect(waitFor(paused, '/universe/groups/{group_id}', NOW)).toBe(30_000);
    expect(waitFor(paused, ITEMS, NOW)).toBe(0);
  });

  test('backs off by itself where ESI does not say for how long', () => {
    let [limits, now]: [Limits, number] = [NO_LIMITS, NOW];
    const waits = [];
    for (let strike = 0; strike < 9; strike += 1) {
      limits = learn(learn(limits, answer(429, {}, now)), answer(429, {}, now + 1));
      waits.push(waitFor(limits, ITEMS, now) / 1000);
      now += waitFor(limits, ITEMS, now);
    }
    expect(waits.slice(0, 7)).toEqual([5, 10, 20, 40, 80, 160, 300]);
  });

  const CONTRACTS = 'group:static';

  /** Asks whenever its turn comes, through a window of 15 minutes; tokens come back when they are a window old. */
  function askInTurns(priority: Priority, start: number): { asked: number; fewest: number } {
    let [limits, now, tokens, fewest]: [Limits, number, number, number] = [NO_LIMITS, NOW, start, start];
    const spent: number[] = [];
    while (now < NOW + 900_000) {
      limits = learn(limits, answer(200, bucket(tokens), now));
      now += waitForTurn(limits.scopes[CONTRACTS], priority, now) ?? 20;
      const turn = { scope: CONTRACTS, priority };
      const [next, { turns }] = grant(limits, want({ turns: [turn] }), now, { perSecond: 20, share: 1 });
      expect(turns.length).toBe(waitForTurn(limits.scopes[CONTRACTS], priority, now) === null ? 0 : 1);
      limits = next;
      tokens -= 2;
      fewest = Math.min(fewest, tokens);
      spent.push(now);
    }
    return { asked: spent.length, fewest };
  }

  test('that is half empty gives contracts turns so far apart that a quarter is left for region lists', () => {
    const { asked, fewest } = askInTurns('item', 280);
    expect(fewest).toBeGreaterThanOrEqual(150);
    expect(asked).toBeGreaterThan(35);
  });

  test('gives region lists turns only when a quarter is left, and never runs out', () => {
    const { asked, fewest } = askInTurns('sweep', 280);
    expect(fewest).toBeGreaterThan(20);
    expect(asked).toBeGreaterThan(100);
    const quarter = learn(NO_LIMITS, answer(200, bucket(160)));
    expect(waitForTurn(quarter.scopes[CONTRACTS], 'sweep', NOW)).toBeNull();
    expect(waitForTurn(quarter.scopes[CONTRACTS], 'item', NOW)).not.toBeNull();
  });

  test('that fills up again makes nobody wait for a turn that was far away', () => {
    const empty = learn(NO_LIMITS, answer(200, bucket(2)));
    const [asked] = grant(empty, want({ turns: [{ scope: CONTRACTS, priority: 'item' }] }), NOW, {
      perSecond: 20,
      share: 1,
    });
    expect(waitForTurn(asked.scopes[CONTRACTS], 'item', NOW)).toBe(900_000);
    const fuller = learn(asked, answer(200, bucket(250), NOW + 1_000));
    expect(waitForTurn(fuller.scopes[CONTRACTS], 'item', NOW + 1_000)).toBeLessThan(18_000);
    const full = learn(asked, answer(200, bucket(400), NOW + 1_000));
    expect(waitForTurn(full.scopes[CONTRACTS], 'item', NOW + 1_000)).toBeNull();
  });

  test.each([
    ['a date', 'Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
    ['a date that is over', 'Sun, 22 Nov 2026 09:00:00 GMT', 5_000],
    ['a date next year', 'Mon, 22 Nov 2027 10:00:00 GMT', 900_000],
    ['seconds', '120', 120_000],
    ['nonsense', 'soon', 5_000],
  ])('waits as Retry-After says, whatever our clock says: %s', (_what, header, ms) => {
    const date = 'Sun, 22 Nov 2026 10:00:00 GMT';
    const paused = learn(NO_LIMITS, answer(429, { 'retry-after': header, date }));
    expect(waitFor(paused, ITEMS, NOW)).toBe(ms);
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
