import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 20;

/** Waits until a condition holds; fails after the bound, naming what did not come. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  {
    what = condition.toString(),
    timeoutMs = 10_000,
    everyMs = POLL_MS,
  }: { what?: string; timeoutMs?: number; everyMs?: number } = {},
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    }
    await wait(everyMs);
  }
}
