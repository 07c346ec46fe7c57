export interface Turns {
  /** Runs work when all work that was given before is done, however it ended. */
  take<Result>(work: () => Result | Promise<Result>): Promise<Result>;
  readonly isIdle: () => boolean;
}

/** One after the other. */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    take(work) {
      waiting += 1;
      const mine = last.then(work).finally(() => {
        waiting -= 1;
      });
      last = mine.catch(() => undefined);
      return mine;
    },
    isIdle: () => waiting === 0,
  };
}
