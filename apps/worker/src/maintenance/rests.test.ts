import { expect, test } from '@jest/globals';
import { createRests } from './rests.js';

test('what fails rests for a minute, then twice as long each time, up to a quarter of an hour', () => {
  let now = 0;
  const rests = createRests<string>(() => now);
  const minutes = Array.from({ length: 6 }, () => {
    const ms = rests.fail('one');
    expect(rests.isResting('one')).toBe(true);
    expect(rests.list()).toEqual(['one']);
    now += ms;
    expect(rests.isResting('one')).toBe(false);
    return ms / 60_000;
  });
  expect(minutes).toEqual([1, 2, 4, 8, 15, 15]);
  expect(rests.list()).toEqual([]);
});

test('what is put off rests as long as it is told, and what succeeds begins anew', () => {
  let now = 0;
  const rests = createRests<string>(() => now);
  rests.fail('one');
  rests.fail('one');
  rests.putOff('one', 5_000);
  now += 5_000;
  expect(rests.isResting('one')).toBe(false);
  expect(rests.fail('one')).toBe(240_000);
  rests.succeed('one');
  expect(rests.fail('one')).toBe(60_000);
});

test('of very many, the oldest are forgotten', () => {
  const rests = createRests<number>();
  for (let id = 0; id < 10_001; id += 1) {
    rests.fail(id);
  }
  expect([rests.isResting(0), rests.isResting(1), rests.isResting(10_000)]).toEqual([false, true, true]);
});
