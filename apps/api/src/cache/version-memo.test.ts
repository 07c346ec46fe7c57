import { expect, test } from '@jest/globals';
import { createVersionMemo } from './version-memo.js';

function readTimes() {
  let reads = 0;
  return () => Promise.resolve({ reads: (reads += 1) });
}

test('a value is read once for a version', async () => {
  let at: number | null = 1;
  const memo = createVersionMemo<string, { reads: number }>({ current: () => at }, 10);
  const read = readTimes();
  expect(await memo.get('a', read)).toEqual({ reads: 1 });
  expect(await memo.get('a', read)).toEqual({ reads: 1 });
  at = 2;
  expect(await memo.get('a', read)).toEqual({ reads: 2 });
});

test('what is read while a version ends belongs to the one that it began in', async () => {
  let at = 1;
  const memo = createVersionMemo<string, { reads: number }>({ current: () => at }, 10);
  const read = readTimes();
  await memo.get('a', () => {
    at = 2;
    return read();
  });
  expect(await memo.get('a', read)).toEqual({ reads: 2 });
});

test('nothing is kept without a version, or without room', async () => {
  for (const memo of [
    createVersionMemo<string, { reads: number }>({ current: () => null }, 10),
    createVersionMemo<string, { reads: number }>({ current: () => 1 }, 0),
  ]) {
    const read = readTimes();
    await memo.get('a', read);
    expect(await memo.get('a', read)).toEqual({ reads: 2 });
  }
});
