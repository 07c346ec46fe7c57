import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { DataState } from '@hangar-bay/database';
import { dataState } from './data-state.test-setup.js';
import { createDataVersion, type DataVersion } from './data-version.js';

const START = new Date('2026-08-18T11:00:00Z');

let version: DataVersion;
let looks: number;
let failures: unknown[];
/** What the next look finds; null: the database does not answer. */
let next: Partial<DataState> | null;

beforeEach(() => {
  jest.useFakeTimers({ now: START });
  looks = 0;
  failures = [];
  next = { changed: true };
  version = createDataVersion({ readState }, (error) => failures.push(error));
});

afterEach(() => {
  version.stop();
  jest.useRealTimers();
});

function readState(): Promise<DataState> {
  looks += 1;
  return next === null
    ? Promise.reject(new Error('away'))
    : Promise.resolve(
        dataState({
          position: { history: '00000000', xmax: BigInt(looks), open: [], partial: null },
          wal: BigInt(looks),
          ...next,
        }),
      );
}

async function connect(): Promise<void> {
  version.noteConnection(true);
  await jest.advanceTimersByTimeAsync(0);
  next = {};
}

test('it is not known before the first look, and then stays while nothing changes', async () => {
  expect(version.current()).toBeNull();
  await connect();
  const first = version.current();
  expect(first).not.toBeNull();
  await jest.advanceTimersByTimeAsync(5_000);
  expect(version.current()).toBe(first);
});

test('a change makes another, at once where it is the first for a while', async () => {
  await connect();
  const first = version.current();
  await jest.advanceTimersByTimeAsync(400);
  next = { changed: true };
  version.noteChange();
  await jest.advanceTimersByTimeAsync(0);
  expect(version.current()).not.toBe(first);
});

test('what left is added up, and not told once more is known to have expired', async () => {
  await connect();
  next = { changed: true, departures: 3 };
  await version.look();
  const before = version.departures() ?? NaN;
  next = { changed: true, departures: 2, next_expiry: START, expires_in_ms: 100 };
  await version.look();
  expect(version.departures()).toBe(before + 2);
  jest.advanceTimersByTime(100);
  expect(version.departures()).toBeNull();
});

test('names have versions of their own, which a contract that expires does not end', async () => {
  await connect();
  const first = version.names();
  next = { changed: true, next_expiry: START, expires_in_ms: 0 };
  await version.look();
  expect(version.current()).toBeNull();
  expect(version.names()).toBe(first);
  next = { changed: true, renamed: true };
  await version.look();
  expect(version.names()).not.toBe(first);
  version.noteConnection(false);
  expect(version.names()).toBeNull();
});

test('changes that pour in make four versions a second', async () => {
  await connect();
  const before = looks;
  next = { changed: true };
  for (let millisecond = 0; millisecond < 1_000; millisecond += 1) {
    version.noteChange();
    await jest.advanceTimersByTimeAsync(1);
  }
  expect(looks - before).toBe(4);
});

test('a change without a notification is seen half a second later', async () => {
  await connect();
  const first = version.current();
  next = { changed: true };
  await jest.advanceTimersByTimeAsync(500);
  expect(version.current()).not.toBe(first);
});

test('a second without a look, and it is not known', async () => {
  await connect();
  const first = version.current();
  next = null;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(version.current()).toBe(first);
  await jest.advanceTimersByTimeAsync(1);
  expect(version.current()).toBeNull();
  expect(failures).not.toHaveLength(0);
  await expect(version.confirm()).resolves.toBeNull();
  next = {};
  await expect(version.confirm()).resolves.toBe(first);
});

test('it is not known while nobody listens, and not asked for', async () => {
  await connect();
  version.noteConnection(false);
  const before = looks;
  await expect(version.confirm()).resolves.toBeNull();
  version.noteConnection(true);
  expect(version.current()).toBeNull();
  expect(looks).toBe(before);
  await jest.advanceTimersByTimeAsync(0);
  expect(version.current()).not.toBeNull();
});

test('a contract that expires makes another, to the millisecond', async () => {
  const expiry = new Date(START.getTime() + 300);
  next = { changed: true, next_expiry: expiry, expires_in_ms: 300 };
  await connect();
  next = { next_expiry: expiry, expires_in_ms: 0 };
  const first = version.current();
  await jest.advanceTimersByTimeAsync(299);
  expect(version.current()).toBe(first);
  await jest.advanceTimersByTimeAsync(1);
  expect(version.current()).toBeNull();
  next = { next_expiry: null, expires_in_ms: null };
  const second = await version.confirm();
  expect(second).not.toBeNull();
  expect(second).not.toBe(first);
  expect(version.changedAt()).toEqual(expiry);
});

test('the next change comes with the next expiry or the next list, within a minute at the most', async () => {
  expect(version.changesInMs()).toBe(0);
  await connect();
  expect(version.changesInMs()).toBe(60_000);
  next = { due_in_ms: 30_000, next_expiry: START, expires_in_ms: 45_000 };
  await version.look();
  expect(version.changesInMs()).toBe(30_000);
  next = { due_in_ms: 30_000, next_expiry: START, expires_in_ms: 20_000 };
  await version.look();
  await jest.advanceTimersByTimeAsync(200);
  expect(version.changesInMs()).toBe(19_800);
});

describe('while answers are read anew for a version that was found', () => {
  let done: () => void;

  beforeEach(async () => {
    await connect();
    version.useRenewal(() => new Promise((resolve) => (done = resolve)));
    next = { changed: true };
  });

  test('the one before counts, the next change is at hand, and streams have not heard of it', async () => {
    const before = version.current();
    const heard = jest.fn();
    const looked = jest.fn();
    version.onShown(heard);
    version.onLook(looked);
    const look = version.look();
    await jest.advanceTimersByTimeAsync(0);
    expect(version.replaced()).toBe(before);
    expect(version.current()).not.toBe(before);
    expect(version.changesInMs()).toBe(0);
    expect(looked).toHaveBeenCalledTimes(1);
    expect(heard).not.toHaveBeenCalled();
    done();
    await look;
    expect(version.replaced()).toBeNull();
    expect(version.changesInMs()).toBe(60_000);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  test('that takes 200 ms at the most', async () => {
    let isOver = false;
    const look = version.look().then(() => (isOver = true));
    await jest.advanceTimersByTimeAsync(199);
    expect(isOver).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    await look;
    expect(version.replaced()).toBeNull();
  });

  test('the one before does not count where the connection was lost in between', async () => {
    version.noteConnection(false);
    void version.look();
    await jest.advanceTimersByTimeAsync(0);
    expect(version.replaced()).toBeNull();
  });

  test('the one before counts until a contract in it expires', async () => {
    next = { next_expiry: new Date(START.getTime() + 100), expires_in_ms: 100 };
    await version.look();
    const before = version.current();
    next = { changed: true };
    void version.look();
    await jest.advanceTimersByTimeAsync(99);
    expect(version.replaced()).toBe(before);
    await jest.advanceTimersByTimeAsync(1);
    expect(version.current()).not.toBeNull();
    expect(version.replaced()).toBeNull();
  });
});

test('a look that a stop cuts short is no failure', async () => {
  let cut: (error: Error) => void = () => undefined;
  const readSlowly = () => new Promise<DataState>((_, reject) => (cut = reject));
  const stopped = createDataVersion({ readState: readSlowly }, (error) => failures.push(error));
  stopped.noteConnection(true);
  await jest.advanceTimersByTimeAsync(0);
  stopped.stop();
  cut(new Error('Connection terminated'));
  await jest.advanceTimersByTimeAsync(0);
  expect(failures).toEqual([]);
});
