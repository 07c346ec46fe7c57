import { LRUCache } from 'lru-cache';
import { WINDOW_SECONDS, type RateLimitStore } from './rate-limit-store.js';

export interface Admission {
  readonly admitted: boolean;
  /** Requests that the client has left in its window. */
  readonly remaining: number;
  /** Whole seconds until the window ends; at least 1. */
  readonly resetSeconds: number;
}

export interface RateLimiter {
  /** Requests of a client in a minute. */
  readonly limit: number;
  /** Counts a request. Decides by what is known here, so that no request ever waits for the store. */
  admit(client: string): Admission;
  close(): Promise<void>;
}

export interface RateLimiterOptions {
  readonly limit: number;
  readonly store: RateLimitStore;
  /** Told once per change: whether the count is shared, or of this process alone, since the store does not answer. */
  readonly onChange: (shared: boolean, error?: unknown) => void;
}

/** A client's minute, as this process knows it. */
interface Window {
  /** On the clock of performance.now(). */
  endsAt: number;
  /** What the store has said of all instances together. */
  shared: number;
  /** Counted here, and on the way to the store. */
  underWay: number;
  /** Counted here, and not told to the store yet. */
  untold: number;
}

const SETTLE_MS = 1_000;
/** Each instance tells the store of a client at once when this part of the limit is untold. */
const UNTOLD_PART = 1 / 50;
/** The clients that were heard longest ago are forgotten. */
const MAX_CLIENTS = 50_000;
const MAX_TOLD_AT_ONCE = 5_000;

/**
 * Limits clients over all instances, at the cost of about one statement a second instead of one a request.
 *
 * Counts stay here for up to a second or 2 % of the limit, whichever comes first. So a client that asks N instances at
 * once gets at most N × 2 % more than its limit, and what arrives while the store is being told.
 */
export function createRateLimiter({ limit, store, onChange }: RateLimiterOptions): RateLimiter {
  const windows = new LRUCache<string, Window>({ max: MAX_CLIENTS });
  const untold = new Map<string, Window>();
  const untoldAtMost = Math.max(1, Math.floor(limit * UNTOLD_PART));
  let isShared = true;
  let isUrgent = false;
  let timer: NodeJS.Timeout | undefined;
  let settling: Promise<void> | undefined;

  function windowOf(client: string, now: number): Window {
    const known = windows.get(client);
    if (known !== undefined && known.endsAt > now) {
      return known;
    }
    const begun: Window = { endsAt: now + WINDOW_SECONDS * 1000, shared: 0, underWay: 0, untold: 0 };
    windows.set(client, begun);
    return begun;
  }

  function count(client: string, window: Window): void {
    window.untold += 1;
    untold.set(client, window);
    // A store that does not answer is asked once a second, and not by every client that is due.
    if (window.untold >= untoldAtMost && isShared) {
      isUrgent = true;
      settle();
    } else {
      settleWithin(SETTLE_MS);
    }
  }

  function settleWithin(delayMs: number): void {
    timer ??= setTimeout(settle, delayMs).unref();
  }

  /** Tells the store, unless that is under way: what it leaves is told after it. */
  function settle(): void {
    clearTimeout(timer);
    timer = undefined;
    settling ??= tellStore().finally(() => {
      settling = undefined;
      if (untold.size > 0) {
        settleWithin(isUrgent && isShared ? 0 : SETTLE_MS);
      }
    });
  }

  async function tellStore(): Promise<void> {
    const told = [...untold].slice(0, MAX_TOLD_AT_ONCE);
    for (const [client, window] of told) {
      untold.delete(client);
      window.underWay = window.untold;
      window.untold = 0;
    }
    isUrgent = untold.size > 0;
    try {
      const answer = await store.add(new Map(told.map(([client, { underWay }]) => [client, underWay])));
      const now = performance.now();
      for (const [client, window] of told) {
        const { requests, endsInMs } = answer.get(client) ?? { requests: window.underWay, endsInMs: 0 };
        window.shared = requests;
        window.underWay = 0;
        window.endsAt = now + endsInMs;
      }
      setShared(true);
    } catch (error) {
      for (const [, window] of told) {
        window.shared += window.underWay;
        window.underWay = 0;
      }
      setShared(false, error);
    }
  }

  function setShared(shared: boolean, error?: unknown): void {
    if (shared !== isShared) {
      isShared = shared;
      onChange(shared, error);
    }
  }

  return {
    limit,

    admit(client) {
      const now = performance.now();
      const window = windowOf(client, now);
      const used = window.shared + window.underWay + window.untold;
      const admitted = used < limit;
      if (admitted) {
        count(client, window);
      }
      return {
        admitted,
        remaining: Math.max(0, limit - used - 1),
        // Of a sum of floating-point milliseconds a little more than the window can be left.
        resetSeconds: Math.min(Math.max(1, Math.ceil((window.endsAt - now) / 1000)), WINDOW_SECONDS),
      };
    },

    async close() {
      await settling;
      clearTimeout(timer);
      untold.clear();
      await store.close();
    },
  };
}
