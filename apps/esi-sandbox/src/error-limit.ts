export interface ErrorLimit {
  /** Whether every route now answers 420. */
  isExhausted(): boolean;
  /** Counts one answer that is neither 2xx nor 3xx. */
  count(): void;
  /** Spends the whole budget; without seconds until the window ends by itself. */
  exhaust(seconds?: number): void;
  /** Starts a new window. */
  reset(): void;
  headers(): Record<string, string>;
}

/** ESI's legacy limit: a fixed window in real time, in which `budget` errors are allowed; then 420 on everything. */
export function createErrorLimit(
  budget = 100,
  windowSeconds = 60,
  realNow: () => number = Date.now,
): ErrorLimit {
  let windowEnd = 0;
  let remaining = budget;

  function roll(): void {
    if (realNow() >= windowEnd) {
      windowEnd = realNow() + windowSeconds * 1000;
      remaining = budget;
    }
  }

  return {
    isExhausted: () => {
      roll();
      return remaining <= 0;
    },
    count: () => {
      roll();
      remaining = Math.max(0, remaining - 1);
    },
    exhaust: (seconds) => {
      roll();
      remaining = 0;
      if (seconds !== undefined) {
        windowEnd = realNow() + seconds * 1000;
      }
    },
    reset: () => {
      windowEnd = 0;
    },
    headers: () => {
      roll();
      return {
        'X-ESI-Error-Limit-Remain': String(remaining),
        'X-ESI-Error-Limit-Reset': String(Math.ceil((windowEnd - realNow()) / 1000)),
      };
    },
  };
}
