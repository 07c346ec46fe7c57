import { setTimeout as wait } from 'node:timers/promises';

/** Whether `work` ends within a time, in milliseconds, or has ended by now; how it ends does not matter. */
export async function endsWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const timeout = new AbortController();
  const inTime = await Promise.race([
    work.then(
      () => true,
      () => true,
    ),
    wait(Math.max(1, milliseconds), false, { signal: timeout.signal }).catch(() => false),
  ]);
  timeout.abort();
  return inTime;
}
