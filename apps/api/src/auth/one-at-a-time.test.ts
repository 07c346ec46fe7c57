import { describe, expect, test } from '@jest/globals';
import { oneAtATime } from './one-at-a-time.js';

describe('work that takes turns', () => {
  test('runs in the order in which it came, one piece at a time, also after a failure', async () => {
    const inTurn = oneAtATime(10);
    const log: string[] = [];
    const piece = (name: string) => () => {
      log.push(`${name} begins`);
      return new Promise<string>((resolve) => {
        setImmediate(() => {
          log.push(`${name} ends`);
          resolve(name);
        });
      });
    };
    const failure = inTurn(() => Promise.reject(new Error('no')));
    const pieces = [inTurn(piece('a')), inTurn(piece('b'))];
    await expect(failure).rejects.toThrow('no');
    expect(await Promise.all(pieces)).toEqual(['a', 'b']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  test('is refused where too much waits, and only then', async () => {
    const inTurn = oneAtATime(2);
    const both = [inTurn(() => Promise.resolve(1)), inTurn(() => Promise.resolve(2))];
    await expect(inTurn(() => Promise.resolve(3))).rejects.toMatchObject({ code: 'unavailable' });
    await Promise.all(both);
    expect(await inTurn(() => Promise.resolve(4))).toBe(4);
  });
});
