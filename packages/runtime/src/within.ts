import { setTimeout as wait } from 'node:timers/promises';

/**
 * Waits for `work`, but not for longer than this; then it goes on without anybody.
 * @returns whether it was done in time.
 */
export async function within(milliseconds: number, work: PromiseLike<unknown>): Promise<boolean> {
  const over = new AbortController();
  const deadline = wait(milliseconds, false, { signal: over.signal }).catch(() => false);
  try {
    return await Promise.race([work.then(() => true), deadline]);
  } finally {
    over.abort();
  }
}
