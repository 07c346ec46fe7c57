const WINDOW_MS = 60_000;
const MAX_FAILURES = 10;
/** Addresses remembered at the most; the oldest is forgotten first. */
const MAX_ADDRESSES = 10_000;

interface Window {
  readonly startedAt: number;
  failures: number;
}

export interface SignInThrottle {
  /**
   * Counts an attempt as failed before it is made, so that attempts at the same time cannot slip through together.
   *
   * @returns 0, or the seconds to wait where this address has failed too often.
   */
  take(address: string): number;
  /** The attempt succeeded after all. */
  giveBack(address: string): void;
}

/** At most 10 failed sign-ins a minute from an address. In memory: each process counts for itself. */
export function createSignInThrottle(now: () => number = Date.now): SignInThrottle {
  const windows = new Map<string, Window>();

  return {
    take(address) {
      const window = currentWindow(address);
      if (window.failures >= MAX_FAILURES) {
        return Math.ceil((window.startedAt + WINDOW_MS - now()) / 1000);
      }
      window.failures += 1;
      return 0;
    },

    giveBack(address) {
      const window = windows.get(address);
      if (window !== undefined) {
        window.failures -= 1;
      }
    },
  };

  function currentWindow(address: string): Window {
    const known = windows.get(address);
    if (known !== undefined && known.startedAt + WINDOW_MS > now()) {
      return known;
    }
    // A Map keeps the order of insertion: the first is the oldest.
    windows.delete(address);
    const [oldest] = windows.keys();
    if (windows.size >= MAX_ADDRESSES && oldest !== undefined) {
      windows.delete(oldest);
    }
    const window = { startedAt: now(), failures: 0 };
    windows.set(address, window);
    return window;
  }
}
