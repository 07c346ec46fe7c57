import { EsiError } from '@hangar-bay/esi-client';

/** A job begins nothing more after this time: others wait for the worker. */
const MAX_MS = 45_000;
/** So many failures are no accident; what is left waits for a better moment, and for ESI's error limit. */
const MAX_FAILURES = 10;
const PARALLEL = 8;

export interface WorkReport {
  readonly failed: number;
  /** Not begun; the next job goes on with them. */
  readonly left: number;
}

/**
 * Does a piece of work for each thing, a few at a time.
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
  let next = 0;
  let failed = 0;
  let end: { readonly error: unknown } | null = null;

  const mayBegin = () =>
    end === null && !signal?.aborted && failed < MAX_FAILURES && performance.now() < deadline;

  async function attempt(thing: Thing): Promise<void> {
    try {
      await work(thing);
    } catch (error) {
      if (signal?.aborted || isPause(error)) {
        throw error;
      }
      failed += 1;
      await giveUp(thing, error);
    }
  }

  async function takeTurns(): Promise<void> {
    while (mayBegin() && next < things.length) {
      const thing = things[next] as Thing;
      next += 1;
      try {
        await attempt(thing);
      } catch (error) {
        end ??= { error };
      }
    }
  }

  await Promise.all(Array.from({ length: PARALLEL }, takeTurns));
  signal?.throwIfAborted();
  throwIfEnded(end);
  return { failed, left: things.length - next };
}

function throwIfEnded(end: { readonly error: unknown } | null): void {
  if (end !== null) {
    throw end.error;
  }
}

function isPause(error: unknown): boolean {
  return error instanceof EsiError && error.kind === 'paused';
}
