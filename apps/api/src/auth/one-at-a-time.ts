import { Problem } from '../http/problem.js';

/**
 * Lets work wait for its turn, and refuses it where too much waits already.
 *
 * @throws Problem unavailable.
 */
export function oneAtATime(maxWaiting: number) {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (waiting >= maxWaiting) {
      throw new Problem('unavailable', 'Too many sign-ins at the same time. Try again in a moment.', {
        headers: { 'Retry-After': '5' },
      });
    }
    waiting += 1;
    const turn = last.then(work).finally(() => {
      waiting -= 1;
    });
    last = turn.catch(() => undefined);
    return turn;
  };
}
