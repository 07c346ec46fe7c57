import { expect, test } from '@jest/globals';
import { createBoundedReading } from './bounded-reading.js';

const hang = () => new Promise<never>(() => undefined);

test('is read once for several askers, and not again at once', async () => {
  let reads = 0;
  const read = createBoundedReading(() => Promise.resolve(++reads));
  const all = await Promise.all([read(), read()]);
  expect([...all, await read()]).toEqual(Array(3).fill({ value: 1, isCurrent: true }));
});

test('what hangs holds nobody up for long', async () => {
  const read = createBoundedReading(hang);
  const startedAt = performance.now();
  expect(await read()).toEqual({ value: null, isCurrent: false });
  expect(performance.now() - startedAt).toBeLessThan(1_500);
});

test('a failure is told as such', async () => {
  const read = createBoundedReading(() => Promise.reject(new Error('away')));
  expect(await read()).toEqual({ value: null, isCurrent: false });
});
