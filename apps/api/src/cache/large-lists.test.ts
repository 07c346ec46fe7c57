import { beforeEach, expect, jest, test } from '@jest/globals';
import { createLargeLists, type LargeLists } from './large-lists.js';

let departures: number | null;
let lists: LargeLists;

beforeEach(() => {
  departures = 5;
  lists = createLargeLists({ departures: () => departures });
});

/** Whether the list was known to be large when it came to be counted. */
async function isKnown(key: string, beyond = 0): Promise<boolean> {
  const count = jest.fn((_isLarge: boolean) => Promise.resolve({ beyond }));
  await lists.count(key, count);
  return count.mock.calls[0]?.[0] === true;
}

test('a list is large until as many contracts may have left it as were found beyond those that are told of', async () => {
  expect(await isKnown('copies', 100)).toBe(false);
  expect(await isKnown('copies')).toBe(true);
  expect(await isKnown('ships')).toBe(false);
  departures = 104;
  expect(await isKnown('copies')).toBe(true);
  departures = 105;
  expect(await isKnown('copies')).toBe(false);
});

test('a list that was counted to its end is counted again', async () => {
  expect(await isKnown('ships', 0)).toBe(false);
  expect(await isKnown('ships')).toBe(false);
});

test('contracts that leave while a list is counted may have been counted', async () => {
  await lists.count('copies', () => {
    departures = 105;
    return Promise.resolve({ beyond: 100 });
  });
  expect(await isKnown('copies')).toBe(false);
});

test('nothing is known while nobody tells how many left', async () => {
  departures = null;
  expect(await isKnown('copies', 100)).toBe(false);
  departures = 5;
  expect(await isKnown('copies', 100)).toBe(false);
  departures = null;
  expect(await isKnown('copies')).toBe(false);
});
