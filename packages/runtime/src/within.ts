import { setTimeout as wait } from 'node:timers/promises';

/** Waits for `work`, but not for longer than this; then it goes on without anybody. */
export async function within(milliseconds: number, work: PromiseLike<unknown>): Promise<void> {
  const over = new AbortController();
  const deadline = wait(milliseconds, undefined, { signal: over.signal }).catch(() => undefined);
  try {
    await Promise.race([work, deadline]);
  } finally {
    over.abort();
  }
}
