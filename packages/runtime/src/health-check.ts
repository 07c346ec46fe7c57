import { setTimeout as wait } from 'node:timers/promises';

/** What a check of one part found. `reason` is for people, and holds nothing that is not for everybody. */
export interface PartHealth {
  readonly status: 'ok' | 'failed';
  readonly reason?: string;
}

/** A health answer comes within a second, whatever hangs. */
const CHECK_TIMEOUT_MS = 800;

/**
 * A check that runs once at a time and reports failure when it takes too long.
 * `work` returns what is wrong, or null; where it throws, the part does not answer.
 */
export function createHealthCheck(work: () => Promise<string | null>): () => Promise<PartHealth> {
  let running: Promise<PartHealth> | undefined;
  return async () => {
    running ??= run(work).finally(() => {
      running = undefined;
    });
    const timeout = new AbortController();
    const tooLong = wait(CHECK_TIMEOUT_MS, failed(`no answer within ${CHECK_TIMEOUT_MS} ms`), {
      signal: timeout.signal,
    }).catch(() => failed('no answer'));
    const part = await Promise.race([running, tooLong]);
    timeout.abort();
    return part;
  };
}

async function run(work: () => Promise<string | null>): Promise<PartHealth> {
  try {
    const problem = await work();
    return problem === null ? { status: 'ok' } : failed(problem);
  } catch {
    // The reason could name hosts and users; it is in the log of whatever needs the part.
    return failed('does not answer');
  }
}

function failed(reason: string): PartHealth {
  return { status: 'failed', reason };
}
