import { EsiError } from '@hangar-bay/esi-client';
import { isUnknown } from './unless-unknown.js';

/** A job begins nothing more after this time: others wait for the worker. */
const MAX_MS = 45_000;
/** A route that fails so often in a row is dead; so many failures between successes use up ESI's error limit. */
const MAX_FAILURES_IN_A_ROW = 3;
const MAX_FAILURES = 6;
const PARALLEL = 8;

export interface WorkReport {
  /** Succeeded, or ESI knows no such thing. */
  readonly done: number;
  readonly failed: number;
  /** Not begun; a later job goes on with them. */
  readonly left: number;
  /** Too much failed: what is left should wait for a better moment. */
  readonly gave_up: boolean;
}

/**
 * Does a piece of work for each thing: a few at a time as long as they succeed; the first one, and each after a
 * failure, alone.
 *
 * A thing that fails goes to `giveUp`, which sees to it that it is not the next one to be tried, and never stops the
 * others. A stop of the process, a pause that ESI's limits want and a failure of `giveUp` end the work as a whole.
 *
 * @throws what ended it.
 */
export async function workThrough<Thing>(
  things: readonly Thing[],
  signal: AbortSignal | undefined,
  work: (thing: Thing) => Promise<void>,
  giveUp: (thing: Thing, error: unknown) => Promise<void>,
): Promise<WorkReport> {
  const deadline = performance.now() + MAX_MS;
  const underway = new Set<Promise<void>>();
  let [next, done, failed, inARow] = [0, 0, 0, 0];
  /** What ended it. */
  const ends: unknown[] = [];

  const isWell = () => done > 0 && inARow === 0;
  const gaveUp = () => inARow >= MAX_FAILURES_IN_A_ROW || failed >= MAX_FAILURES;
  const mayBegin = () =>
    next < things.length &&
    ends.length === 0 &&
    !signal?.aborted &&
    !gaveUp() &&
    performance.now() < deadline;

  async function attempt(thing: Thing): Promise<void> {
    try {
      await work(thing);
      done += 1;
      inARow = 0;
    } catch (error) {
      if (signal?.aborted || isPause(error)) {
        throw error;
      }
      if (isUnknown(error)) {
        done += 1;
      } else {
        inARow += 1;
      }
      failed += 1;
      await giveUp(thing, error);
    }
  }

  function begin(thing: Thing): void {
    const attempted: Promise<void> = attempt(thing)
      .catch((error: unknown) => void ends.push(error))
      .finally(() => underway.delete(attempted));
    underway.add(attempted);
  }

  while (mayBegin()) {
    if (underway.size >= (isWell() ? PARALLEL : 1)) {
      await Promise.race(underway);
    } else {
      begin(things[next] as Thing);
      next += 1;
    }
  }
  await Promise.all(underway);
  signal?.throwIfAborted();
  if (ends.length > 0) {
    throw ends[0];
  }
  return { done, failed, left: things.length - next, gave_up: gaveUp() };
}

function isPause(error: unknown): boolean {
  return (
    error instanceof EsiError && (error.kind === 'paused' || error.status === 420 || error.status === 429)
  );
}
