export interface Clock {
  /** Milliseconds of virtual time since 1970. */
  now(): number;
  /** Real seconds until a virtual moment, never negative. */
  realSecondsUntil(virtualTime: number): number;
  /** Virtual seconds that pass in one real second. */
  readonly rate: number;
  /** Moves virtual time forward at once. */
  advance(seconds: number): void;
}

/** Virtual time starts at `startAt` and runs `rate` times as fast as real time. */
export function createClock(startAt: Date, rate: number, realNow: () => number = Date.now): Clock {
  const realStart = realNow();
  let advanced = 0;

  const now = (): number => startAt.getTime() + (realNow() - realStart) * rate + advanced;

  return {
    now,
    rate,
    realSecondsUntil: (virtualTime) => Math.max(0, (virtualTime - now()) / rate / 1000),
    advance: (seconds) => {
      advanced += seconds * 1000;
    },
  };
}
