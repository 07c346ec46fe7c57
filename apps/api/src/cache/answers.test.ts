import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Database, DataState } from '@hangar-bay/database';
import { currentCorrelation, withCorrelation } from '@hangar-bay/runtime';
import { createApiMetrics } from '../metrics.js';
import { createAnswers, type Answers, type Question } from './answers.js';
import { dataState } from './data-state.test-setup.js';
import { createDataVersion, type DataVersion } from './data-version.js';

let version: DataVersion;
let answers: Answers;
/** What the next look finds. */
let found: Partial<DataState>;
/** What the database holds. */
let stored: number;
/** The questions that were read, in this order. */
let reads: string[];
/** For which requests. */
let readFor: unknown[];
/** Reading and looking wait for these. */
let mayRead: Promise<void>;
let mayLook: Promise<void>;

beforeEach(async () => {
  jest.useFakeTimers();
  found = {};
  stored = 1;
  reads = [];
  readFor = [];
  mayRead = mayLook = Promise.resolve();
  version = createDataVersion({ readState }, () => undefined);
  answers = createAnswers({
    maxBytes: 1_000_000,
    version,
    metrics: createApiMetrics(),
    reads: {
      isPrimaryAway: () => false,
      read: async (_isConfirmed, work) => ({ value: await work({} as Database), isCurrent: true }),
    },
  });
  version.noteConnection(true);
  await settle();
});

afterEach(() => {
  version.stop();
  jest.useRealTimers();
});

async function readState(): Promise<DataState> {
  await mayLook;
  return dataState(found);
}

/** What is under way without waiting for time goes on as far as it can. */
const settle = () => jest.advanceTimersByTimeAsync(0);

function questionOf(key: string): Question {
  return {
    key,
    produce: async () => {
      reads.push(key);
      readFor.push(currentCorrelation()['request_id']);
      const value = stored;
      await mayRead;
      return { value };
    },
  };
}

async function ask(key = 'list'): Promise<number> {
  const { body } = await answers.get(questionOf(key));
  return (JSON.parse(body.toString()) as { value: number }).value;
}

/** Asks as somebody does who comes back to it. */
async function askTwice(key?: string): Promise<number> {
  await ask(key);
  return ask(key);
}

/** Something changes, and a look finds it; what is then done is under way. */
async function change(more: Partial<DataState> = {}): Promise<void> {
  stored += 1;
  found = { changed: true, ...more };
  void version.look();
  await settle();
  found = more;
}

/** A promise, and what keeps it. */
function createGate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

/** Reading is held up until the function that it returns is called. */
function holdReads(): () => void {
  const gate = createGate();
  mayRead = gate.passed;
  return gate.open;
}

describe('what was asked of late', () => {
  test('is read anew when something changes, before anybody asks', async () => {
    await askTwice();
    await change();
    expect(reads).toEqual(['list', 'list']);
    expect(await ask()).toBe(2);
    expect(reads).toHaveLength(2);
  });

  test('is given as it was until that is done', async () => {
    await askTwice();
    const release = holdReads();
    await change();
    expect(await ask()).toBe(1);
    release();
    await settle();
    expect(await ask()).toBe(2);
    expect(reads).toHaveLength(2);
  });

  test('is given so for 200 ms at the most: then who asks waits for what is being read', async () => {
    await askTwice();
    const release = holdReads();
    await change();
    await jest.advanceTimersByTimeAsync(199);
    expect(await ask()).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    const asked = ask();
    release();
    expect(await asked).toBe(2);
    expect(reads).toHaveLength(2);
  });

  test('is given so no longer than it would have been without the look', async () => {
    await askTwice();
    const look = createGate();
    mayLook = look.passed;
    // The next look begins after half of it, and ends after 950.
    await jest.advanceTimersByTimeAsync(950);
    const read = holdReads();
    found = { changed: true };
    stored += 1;
    look.open();
    await settle();
    expect(await ask()).toBe(1);
    await jest.advanceTimersByTimeAsync(50);
    const asked = ask();
    read();
    expect(await asked).toBe(2);
  });

  test('is read anew one after another, the sixteen that were asked last', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `list ${index}`);
    for (const key of keys) {
      await askTwice(key);
    }
    reads = [];
    const release = holdReads();
    await change();
    expect(reads).toEqual(['list 19']);
    release();
    await settle();
    expect(reads).toEqual(keys.slice(4).reverse());
  });

  test('is read anew as part of no request, though one asked for the look', async () => {
    await askTwice();
    expect(readFor).toEqual([undefined]);
    await withCorrelation({ request_id: 'of the look' }, () => change());
    expect(readFor).toEqual([undefined, undefined]);
    await withCorrelation({ request_id: 'its own' }, () => ask('other'));
    expect(readFor.at(-1)).toBe('its own');
  });

  test('is read by nobody twice at a time, however long it takes', async () => {
    await askTwice();
    const release = holdReads();
    await change();
    await jest.advanceTimersByTimeAsync(200);
    await change();
    expect(reads).toHaveLength(2);
    release();
    await settle();
    expect(await ask()).toBe(3);
  });

  test('is read for the version that is current: what is late for one holds up the next, and no more', async () => {
    await askTwice('one');
    await askTwice('other');
    reads = [];
    const release = holdReads();
    await change();
    await jest.advanceTimersByTimeAsync(250);
    await change();
    release();
    await settle();
    expect(reads).toEqual(['other']);
    // The late one is left to whoever asks for it.
    await change();
    await settle();
    expect(reads).toEqual(['other', 'one']);
  });

  test('is not read anew where that took too long before', async () => {
    const release = holdReads();
    const asked = ask();
    await jest.advanceTimersByTimeAsync(101);
    release();
    await asked;
    await ask();
    reads = [];
    await change();
    expect(reads).toEqual([]);
    expect(await ask()).toBe(2);
  });

  test('is not read anew when a contract has expired: nothing of before counts then', async () => {
    await askTwice();
    await change({ next_expiry: new Date(1), expires_in_ms: 100 });
    await settle();
    reads = [];
    await jest.advanceTimersByTimeAsync(100);
    await change({ next_expiry: null, expires_in_ms: null });
    expect(reads).toEqual([]);
    expect(await ask()).toBe(3);
  });

  test('and could not be read is told of as ever', async () => {
    await askTwice();
    mayRead = Promise.reject(new Error('too slow'));
    await change();
    await settle();
    await expect(ask()).rejects.toThrow('too slow');
  });
});

test('what was asked for once is not read anew', async () => {
  await ask();
  await change();
  expect(reads).toEqual(['list']);
});

test('what nobody has asked for within a second is not read anew', async () => {
  await askTwice('old');
  await jest.advanceTimersByTimeAsync(600);
  await askTwice('new');
  await jest.advanceTimersByTimeAsync(600);
  reads = [];
  await change();
  expect(reads).toEqual(['new']);
});
