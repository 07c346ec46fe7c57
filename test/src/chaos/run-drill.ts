import type { QueueBackend } from '../setup/test-queues.js';
import type { Counts, Drill } from './drill.js';
import { openStage, type Stage } from './stage.js';
import { tally } from './tally.js';

export interface DrillResult {
  readonly name: string;
  readonly backend: string;
  readonly seed: number;
  readonly injected: Counts;
  readonly counted: Counts;
  readonly seconds: number;
  /** null where the system came through. */
  readonly problem: string | null;
  /** What the workers complained of, latest last. */
  readonly complaints: readonly string[];
}

/** Runs a drill within its time, and until it is told to stop, and closes what it opened. Never rejects. */
export async function runDrill(
  drill: Drill,
  backend: QueueBackend,
  seed: number,
  stopping?: AbortSignal,
): Promise<DrillResult> {
  const stages: Stage[] = [];
  const releases: (() => Promise<void>)[] = [];
  const injected: Counts = {};
  const counted: Counts = {};
  const before = performance.now();
  const run = drill.run({
    backend,
    seed,
    injected,
    counted,
    onEnd: (release) => releases.push(release),
    async open(options = {}) {
      const stage = await openStage({ queue: backend.open, ...options });
      stages.push(stage);
      return stage;
    },
  });
  const problem = await within(run, drill.timeoutMs, stopping).then(
    () => null,
    (error: unknown) => describe(error),
  );
  const seconds = (performance.now() - before) / 1000;
  for (const stage of stages) {
    await tally(stage, counted).catch(() => undefined);
  }
  const complaints = stages.flatMap((stage) => stage.workers.complaints());
  const closed = await Promise.allSettled(stages.map((stage) => stage.close()));
  const released = await Promise.allSettled(releases.map((release) => release()));
  const unclosed = [...closed, ...released]
    .filter((each) => each.status === 'rejected')
    .map((each) => describe(each.reason));
  const problems = [problem, ...unclosed].filter((each) => each !== null);
  return {
    ...{ name: drill.name, backend: backend.backend, seed, injected, counted, seconds, complaints },
    problem: problems.length === 0 ? null : problems.join('\n'),
  };
}

async function within(run: Promise<void>, timeoutMs: number, stopping?: AbortSignal): Promise<void> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const end = stopping ? AbortSignal.any([timeout, stopping]) : timeout;
  const ended = new Promise<never>((_resolve, reject) => {
    const give = () =>
      reject(
        new Error(
          timeout.aborted ? `The drill was not over after ${timeoutMs / 1000} s` : 'The drill was stopped',
        ),
      );
    if (end.aborted) {
      give();
    }
    end.addEventListener('abort', give, { once: true });
  });
  await Promise.race([run, ended]);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.name === 'DrillFailure' ? error.message : (error.stack ?? error.message);
}
