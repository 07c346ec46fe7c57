import { afterEach, expect, jest, test } from '@jest/globals';
import { sql, type Database } from '@hangar-bay/database';
import { readInTime } from './read-in-time.js';

afterEach(() => {
  jest.restoreAllMocks();
});

test('the next statement is asked while somebody waits for the answer, and not later', async () => {
  const clock = jest.spyOn(performance, 'now').mockReturnValue(0);
  const $readRows = jest.fn(() => Promise.resolve([{ one: 1 }]));
  const db = readInTime({ $readRows } as unknown as Database);
  clock.mockReturnValue(1_900);
  expect(await db.$readRows(sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
  clock.mockReturnValue(1_901);
  await expect(db.$readRows(sql`SELECT 1 AS one`)).rejects.toMatchObject({ trouble: 'slow' });
  expect($readRows).toHaveBeenCalledTimes(1);
});
