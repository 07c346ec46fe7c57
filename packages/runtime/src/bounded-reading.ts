import { setTimeout as wait } from 'node:timers/promises';

export interface Reading<Value> {
  /** What was last read; null: nothing yet. */
  readonly value: Value | null;
  /** Whether the last attempt succeeded, and in time. */
  readonly isCurrent: boolean;
}

const MAX_AGE_MS = 3_000;
const WAIT_MS = 1_000;

/**
 * Reads something for several askers: once at a time, not again within three seconds, and nobody waits for longer
 * than one second. Never fails: what cannot be read is told as it was last known.
 */
export function createBoundedReading<Value>(read: () => Promise<Value>): () => Promise<Reading<Value>> {
  let value: Value | null = null;
  let isCurrent = false;
  let readAt = -Infinity;
  let reading: Promise<void> | undefined;

  async function renew(): Promise<void> {
    try {
      value = await read();
      isCurrent = true;
    } catch {
      isCurrent = false;
    }
    readAt = performance.now();
    reading = undefined;
  }

  return async () => {
    if (performance.now() - readAt < MAX_AGE_MS) {
      return { value, isCurrent };
    }
    reading ??= renew();
    const timeout = new AbortController();
    const inTime = await Promise.race([
      reading.then(() => true),
      wait(WAIT_MS, false, { signal: timeout.signal }).catch(() => false),
    ]);
    timeout.abort();
    return { value, isCurrent: inTime && isCurrent };
  };
}
