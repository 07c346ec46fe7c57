/**
 * What numbers come to, by `total`, within spans of `spanMs`: the span that runs or the one before it, whichever came to
 * more. `now` is in milliseconds of any clock that does not go back.
 */
export function createLately(spanMs: number, total: (sum: number, number: number) => number) {
  let beganAt = -Infinity;
  let current = 0;
  let before = 0;

  function moveOn(now: number): void {
    if (now - beganAt >= spanMs) {
      before = now - beganAt < 2 * spanMs ? current : 0;
      current = 0;
      beganAt = now;
    }
  }

  return {
    note(number: number, now: number): void {
      moveOn(now);
      current = total(current, number);
    },
    get(now: number): number {
      moveOn(now);
      return Math.max(current, before);
    },
  };
}
