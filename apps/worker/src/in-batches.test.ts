import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { inBatches } from './in-batches.js';

afterEach(() => {
  jest.useRealTimers();
});

describe('calls in batches', () => {
  test('a call that is alone is made at once, those that come meanwhile are made together', async () => {
    const batches: number[][] = [];
    const double = inBatches((items: number[]) => {
      batches.push(items);
      return Promise.resolve(items.map((item) => 2 * item));
    });
    expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  test('calls that gather are made together, the first one too', async () => {
    const batches: number[][] = [];
    const double = inBatches(
      (items: number[]) => {
        batches.push(items);
        return Promise.resolve(items.map((item) => 2 * item));
      },
      { gatherMs: 1, enough: 10 },
    );
    expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([[1, 2, 3, 4]]);
  });

  test('calls that are enough gather no longer', async () => {
    const batches: number[][] = [];
    const double = inBatches(
      (items: number[]) => {
        batches.push(items);
        return Promise.resolve(items.map((item) => 2 * item));
      },
      { gatherMs: 2 ** 31 - 1, enough: 3 },
    );
    expect(await Promise.all([1, 2, 3, 4, 5, 6].map(double))).toEqual([2, 4, 6, 8, 10, 12]);
    expect(batches.flat()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('calls that came while a batch was under way have gathered meanwhile', async () => {
    jest.useFakeTimers();
    let end: () => void = () => undefined;
    const batches: number[][] = [];
    const call = inBatches(
      (items: number[]) => {
        batches.push(items);
        return new Promise<number[]>((resolve) => (end = () => resolve(items)));
      },
      { gatherMs: 20, enough: 2 },
    );
    const first = [1, 2].map(call);
    await jest.advanceTimersByTimeAsync(0);
    const late = call(3);
    await jest.advanceTimersByTimeAsync(30);
    end();
    await Promise.all(first);
    await jest.advanceTimersByTimeAsync(0);
    expect(batches).toEqual([[1, 2], [3]]);
    end();
    expect(await late).toBe(3);
  });

  test('an item that fails its batch fails alone', async () => {
    const invert = inBatches((items: number[]) =>
      items.includes(0)
        ? Promise.reject(new Error('no inverse'))
        : Promise.resolve(items.map((item) => 1 / item)),
    );
    const results = await Promise.allSettled([1, 2, 0, 4].map(invert));
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
      1,
      0.5,
      'failed',
      0.25,
    ]);
  });

  test('items of a failed batch are tried beside each other, since each may take long', async () => {
    let [underway, go] = [0, (): void => undefined];
    const allUnderway = new Promise<void>((resolve) => (go = resolve));
    const call = inBatches(
      async (items: number[]) => {
        if (items.length > 1) {
          throw new Error('one of them is bad');
        }
        underway += 1;
        if (underway === 3) {
          go();
        }
        await allUnderway;
        return items;
      },
      { gatherMs: 1, enough: 3 },
    );
    expect(await Promise.all([1, 2, 3].map(call))).toEqual([1, 2, 3]);
  });

  test('after a failure the next call is made as if nothing had been', async () => {
    let fails = true;
    const call = inBatches((items: string[]) =>
      fails ? Promise.reject(new Error('away')) : Promise.resolve(items),
    );
    await expect(call('a')).rejects.toThrow('away');
    fails = false;
    expect(await call('b')).toBe('b');
  });

  test('a large number of calls is cut into several batches', async () => {
    const sizes: number[] = [];
    const call = inBatches((items: number[]) => {
      sizes.push(items.length);
      return Promise.resolve(items);
    });
    const items = Array.from({ length: 450 }, (_, index) => index);
    expect(await Promise.all(items.map(call))).toEqual(items);
    expect(sizes).toEqual([1, 200, 200, 49]);
  });
});
