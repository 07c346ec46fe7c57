import { setTimeout as sleep } from 'node:timers/promises';
import type { Headers } from './cache-headers.js';

export interface GovernorOptions {
  readonly maxRequestsPerSecond: number;
  /** A longer wait is refused, so that the job goes back to its queue instead of holding a worker. */
  readonly maxWaitSeconds: number;
}

/** Below this many errors left in ESI's window, requests wait for the next window. */
const ERROR_RESERVE = 20;
const ERROR_WINDOW_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 900;

/** Time as the governor knows it. */
export interface Clock {
  /** Milliseconds, never going back. */
  now(): number;
  sleep(ms: number, signal: AbortSignal | undefined): Promise<unknown>;
}

const CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

export type Governor = ReturnType<typeof createGovernor>;

/**
 * Keeps this process within ESI's limits (https://developers.eveonline.com/docs/services/esi/rate-limiting):
 * an even pace, a stop when ESI says 420 or 429, and a stop before the error limit is used up.
 */
export function createGovernor({ maxRequestsPerSecond, maxWaitSeconds }: GovernorOptions, clock = CLOCK) {
  const intervalMs = 1000 / maxRequestsPerSecond;
  let nextSlot = 0;
  let pausedUntil = 0;

  function pause(seconds: number): void {
    pausedUntil = Math.max(pausedUntil, clock.now() + seconds * 1000);
  }

  return {
    /**
     * Waits for this request's turn.
     *
     * @returns 0 when the turn has come; otherwise the wait in milliseconds that was refused as too long.
     */
    async waitForTurn(signal: AbortSignal | undefined): Promise<number> {
      for (;;) {
        const now = clock.now();
        const pauseMs = pausedUntil - now;
        if (pauseMs > maxWaitSeconds * 1000) {
          return pauseMs;
        }
        if (pauseMs > 0) {
          await clock.sleep(pauseMs, signal);
          continue;
        }
        const slot = Math.max(now, nextSlot);
        nextSlot = slot + intervalMs;
        if (slot > now) {
          await clock.sleep(slot - now, signal);
        }
        if (pausedUntil <= clock.now()) {
          return 0;
        }
      }
    },

    /** Learns from an answer's status and headers. */
    observe(status: number, headers: Headers): void {
      const reset = readSeconds(headers['x-esi-error-limit-reset'], ERROR_WINDOW_SECONDS);
      if (status === 420) {
        pause(reset);
      } else if (status === 429) {
        pause(readSeconds(headers['retry-after'], ERROR_WINDOW_SECONDS));
      } else if (readCount(headers['x-esi-error-limit-remain'], Infinity) < ERROR_RESERVE) {
        pause(reset);
      }
    },
  };
}

/** Seconds from a header, at least 1; nonsense counts as `fallback`. */
function readSeconds(header: unknown, fallback: number): number {
  const seconds = readCount(header, fallback);
  return Math.min(Math.max(seconds, 1), LONGEST_PAUSE_SECONDS);
}

function readCount(header: unknown, fallback: number): number {
  const text = typeof header === 'string' ? header.trim() : '';
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : fallback;
}
