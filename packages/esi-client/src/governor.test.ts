import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { EsiRoute } from '@hangar-bay/domain';
import { createGovernor, type Governor } from './governor.js';
import type { PausedError } from './waiting-line.js';
import { createLocalLimits, type SharedLimits } from './limits/shared-limits.js';

const ITEMS: EsiRoute = '/contracts/public/items/{contract_id}';
const LIST: EsiRoute = '/contracts/public/{region_id}';

const WELL = { 'x-esi-error-limit-remain': '100', 'x-esi-error-limit-reset': '60' };

const governors: Governor[] = [];
let shared: SharedLimits;

beforeEach(() => {
  jest.useFakeTimers();
  shared = createLocalLimits();
});

afterEach(async () => {
  const closing = Promise.all(governors.splice(0).map((governor) => governor.close()));
  await jest.advanceTimersByTimeAsync(2_000);
  await closing;
  jest.useRealTimers();
});

function govern(maxRequestsPerSecond = 20, maxWaitSeconds = 60): Governor {
  const governor = createGovernor({ maxRequestsPerSecond, maxWaitSeconds }, shared);
  governors.push(governor);
  return governor;
}

/** Takes a turn and answers at once. */
async function ask(governor: Governor, status = 200, headers = {}, route = ITEMS): Promise<void> {
  const turn = governor.takeTurn(route, undefined);
  turn.catch(() => undefined);
  await jest.advanceTimersByTimeAsync(300);
  (await turn).finish({ status, headers });
  await jest.advanceTimersByTimeAsync(1);
}

/** Asks for sixteen contracts at once, again and again with a pause between. */
function askInWaves(governor: Governor, headers: object): void {
  const askOne = async (): Promise<void> => {
    const turn = await governor.takeTurn(ITEMS, undefined);
    await new Promise((resolve) => setTimeout(resolve, 5));
    turn.finish({ status: 200, headers: { ...headers } });
  };
  const goOn = async (): Promise<void> => {
    for (;;) {
      await Promise.all(Array.from({ length: 16 }, askOne));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  goOn().catch(() => undefined);
}

/** Asks on and on, with so many requests at a time that take so long; counts them. */
function askOn(
  governor: Governor,
  concurrency: number,
  tookMs: number,
  status = 200,
  route = ITEMS,
): { count: number } {
  const asked = { count: 0 };
  const loop = async (): Promise<void> => {
    for (;;) {
      const turn = await governor.takeTurn(route, undefined);
      asked.count += 1;
      await new Promise((resolve) => setTimeout(resolve, tookMs));
      turn.finish({ status, headers: WELL });
    }
  };
  for (let index = 0; index < concurrency; index += 1) {
    loop().catch(() => undefined);
  }
  return asked;
}

/** What becomes of a request within so many milliseconds. */
async function outcomeOf(governor: Governor, route: EsiRoute, withinMs: number): Promise<string> {
  let outcome = 'waits';
  governor.takeTurn(route, undefined).then(
    (turn) => {
      outcome = 'may be sent';
      turn.finish({ status: 200, headers: {} });
    },
    (error: unknown) => {
      const { message, waitMs } = error as PausedError;
      outcome = `${message} for ${waitMs} ms`;
    },
  );
  await jest.advanceTimersByTimeAsync(withinMs);
  return outcome;
}

/** A store with a round trip, as a database has it. */
function distant(limits: SharedLimits, tripMs: number): SharedLimits {
  const trip = () => new Promise((resolve) => setTimeout(resolve, tripMs));
  return {
    read: async () => (await trip(), limits.read()),
    swap: async (version, state) => (await trip(), limits.swap(version, state)),
  };
}

describe('the pace', () => {
  test.each([20, 200, 2_000])('of one worker reaches %i a second and no more', async (perSecond) => {
    shared = distant(shared, 3);
    const asked = askOn(govern(perSecond), 60, 20);
    await jest.advanceTimersByTimeAsync(1_000);
    const before = asked.count;
    await jest.advanceTimersByTimeAsync(5_000);
    expect((asked.count - before) / 5).toBeGreaterThanOrEqual(perSecond * 0.95);
    expect((asked.count - before) / 5).toBeLessThanOrEqual(perSecond * 1.05);
  });

  test('of four workers together is that of one', async () => {
    shared = distant(shared, 3);
    const asked = [1, 2, 3, 4].map(() => askOn(govern(40), 16, 20));
    await jest.advanceTimersByTimeAsync(1_000);
    const before = asked.reduce((sum, { count }) => sum + count, 0);
    await jest.advanceTimersByTimeAsync(5_000);
    const after = asked.reduce((sum, { count }) => sum + count, 0);
    expect(after - before).toBeGreaterThanOrEqual(180);
    expect(after - before).toBeLessThanOrEqual(210);
    expect(Math.min(...asked.map(({ count }) => count))).toBeGreaterThan(20);
  });

  test('far below the budget holds no request up', async () => {
    const asked = askOn(govern(1_000), 1, 20);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(asked.count).toBeGreaterThanOrEqual(95);
  });

  test('asks the others once for many requests, however their number goes up and down', async () => {
    let swaps = 0;
    const trips = distant(shared, 3);
    shared = { ...trips, swap: (version, state) => ((swaps += 1), trips.swap(version, state)) };
    askInWaves(govern(2_000), WELL);
    await jest.advanceTimersByTimeAsync(1_000);
    swaps = 0;
    await jest.advanceTimersByTimeAsync(5_000);
    // A lease is for a tenth of a second.
    expect(swaps / 5).toBeLessThanOrEqual(20);
  });

  test('leaves room for a worker that comes later, though ESI says nothing of its limit', async () => {
    shared = distant(shared, 3);
    askInWaves(govern(2_000), {});
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await outcomeOf(govern(2_000), ITEMS, 1_000)).toBe('may be sent');
  });

  test('saves nothing up in quiet times', async () => {
    const governor = govern(10);
    await ask(governor);
    await jest.advanceTimersByTimeAsync(10_000);
    const asked = askOn(governor, 16, 1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(asked.count).toBeLessThanOrEqual(12);
  });
});

describe('a pause', () => {
  test('that is longer than a request may wait refuses it at once, with its length', async () => {
    const governor = govern(20, 60);
    await ask(governor, 429, { 'retry-after': '61' });
    expect(await outcomeOf(governor, ITEMS, 1)).toMatch(/^paused for 6\d\d\d\d(\.\d+)? ms$/);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(await outcomeOf(governor, ITEMS, 58_000)).toBe('waits');
    expect(await outcomeOf(govern(), LIST, 100)).toBe('may be sent');
  });

  test.each([
    ['until the window ends', { 'x-esi-error-limit-reset': '17' }, 17_000],
    ['for a minute where ESI does not say', {}, 60_000],
    ['for a minute where ESI says a year', { 'x-esi-error-limit-reset': '31536000' }, 60_000],
  ])('of 420 holds everything, %s, in every worker', async (_what, headers, ms) => {
    const [one, other] = [govern(20, 1_000), govern(20, 1_000)];
    await ask(other);
    await ask(one, 420, headers);
    expect(await outcomeOf(other, LIST, ms - 500)).toBe('waits');
    expect(await outcomeOf(one, ITEMS, 1_500)).toBe('may be sent');
  });

  test('refuses maintenance at once, which is put off and not waited for', async () => {
    const governor = govern();
    await ask(governor, 420, { 'x-esi-error-limit-reset': '30' });
    expect(await outcomeOf(governor, '/universe/names', 1)).toMatch(/^paused for \d+/);
    expect(await outcomeOf(governor, ITEMS, 1)).toBe('waits');
  });

  test('ends with the signal', async () => {
    const governor = govern();
    await ask(governor, 420, { 'x-esi-error-limit-reset': '30' });
    const controller = new AbortController();
    const turn = governor.takeTurn(ITEMS, controller.signal);
    controller.abort(new Error('stopping'));
    await expect(turn).rejects.toThrow('stopping');
  });

  test('ends with the client', async () => {
    const governor = govern();
    await ask(governor, 420, { 'x-esi-error-limit-reset': '30' });
    const turn = governor.takeTurn(ITEMS, undefined);
    void governor.close();
    await expect(turn).rejects.toThrow('closed');
    await expect(governor.takeTurn(ITEMS, undefined)).rejects.toThrow('closed');
  });

  test('that has no end in sight is over after the longest wait', async () => {
    const governor = govern(1, 5);
    const turns = Array.from({ length: 20 }, () => outcomeOf(governor, ITEMS, 6_000));
    await jest.advanceTimersByTimeAsync(6_000);
    expect((await Promise.all(turns)).filter((outcome) => outcome.startsWith('paused'))).not.toHaveLength(0);
  });
});

describe('an outage', () => {
  test('is told, with the one request that tries whether it is over', async () => {
    const governor = govern();
    for (let failures = 0; failures < 10; failures += 1) {
      await ask(governor, 503);
    }
    expect(governor.report()).toMatchObject({ pausedBy: ['esi_down'], isTried: false });
    const turns = [governor.takeTurn(LIST, undefined), governor.takeTurn(LIST, undefined)];
    turns.forEach((turn) => void turn.catch(() => undefined));
    await jest.advanceTimersByTimeAsync(6_000);
    expect(governor.report()).toMatchObject({ pausedBy: ['esi_down'], isTried: true });
    (await Promise.race(turns)).finish({ status: 200, headers: {} });
    expect(governor.report()).toMatchObject({ pausedBy: [], isTried: false });
  });
});

describe('errors', () => {
  test('of maintenance stop at 20, and contracts go on', async () => {
    const governor = govern(2_000, 5);
    const asked = [1, 2].map(() => askOn(governor, 16, 30, 503, '/universe/stations/{station_id}'));
    await jest.advanceTimersByTimeAsync(100);
    await ask(governor, 404);
    await jest.advanceTimersByTimeAsync(4_000);
    const sum = asked.reduce((total, { count }) => total + count, 0);
    expect(sum).toBe(20);
    expect(await outcomeOf(governor, ITEMS, 1_000)).toBe('may be sent');
  });

  test('of workers whose every request fails stop at 60, without a word from ESI', async () => {
    shared = distant(shared, 3);
    const asked = [1, 2, 3, 4].map(() => askOn(govern(2_000, 5), 16, 30, 404));
    await jest.advanceTimersByTimeAsync(4_000);
    const sum = asked.reduce((total, { count }) => total + count, 0);
    expect(sum).toBeGreaterThan(50);
    expect(sum).toBeLessThanOrEqual(60);
  });
});

describe('an outage of the store', () => {
  test('leaves a worker a quarter of the budget, and what it has learnt', async () => {
    let away = false;
    const inner = createLocalLimits();
    const fail = () => Promise.reject(new Error('the store is away'));
    shared = {
      read: () => (away ? fail() : inner.read()),
      swap: (version, state) => (away ? fail() : inner.swap(version, state)),
    };
    const governor = govern(40);
    const asked = askOn(governor, 16, 10);
    await jest.advanceTimersByTimeAsync(2_000);
    away = true;
    await jest.advanceTimersByTimeAsync(1_000);
    const before = asked.count;
    await jest.advanceTimersByTimeAsync(8_000);
    expect(asked.count - before).toBeGreaterThan(60);
    expect(asked.count - before).toBeLessThanOrEqual(90);
    away = false;
    await jest.advanceTimersByTimeAsync(6_000);
    const back = asked.count;
    await jest.advanceTimersByTimeAsync(2_000);
    expect(asked.count - back).toBeGreaterThanOrEqual(76);
  });

  test('that never answers holds nothing for long', async () => {
    shared = { read: () => new Promise(() => undefined), swap: () => new Promise(() => undefined) };
    expect(await outcomeOf(govern(), ITEMS, 2_500)).toBe('may be sent');
  });

  test('that lost or spoilt its contents is no outage', async () => {
    const governor = govern();
    await ask(governor, 429, { 'retry-after': '30' });
    const { version } = await shared.read();
    await shared.swap(version, { from: 'another version' });
    await jest.advanceTimersByTimeAsync(2_000);
    expect(await outcomeOf(governor, ITEMS, 1_000)).toBe('waits');
    expect(await outcomeOf(governor, LIST, 1_000)).toBe('may be sent');
  });
});
