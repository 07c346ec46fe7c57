import type { QueueBackend } from '../setup/test-queues.js';
import type { Stage, StageOptions } from './stage.js';

/** Counts by what they count: `{ SIGKILL: 50 }`. */
export type Counts = Record<string, number | string>;

export interface DrillContext {
  readonly backend: QueueBackend;
  /** Opens a stage on the backend's queues; it is closed when the drill has ended, however it ends. */
  open(options?: Partial<StageOptions>): Promise<Stage>;
  /** Does this when the drill has ended and its stages are closed, however it ends. */
  onEnd(release: () => Promise<void>): void;
  /** What was injected, printed also when the drill fails. */
  readonly injected: Counts;
  /** What was counted besides requests, sweeps, retries and dead letters. */
  readonly counted: Counts;
  /** Repeats the run, together with the drill's name. */
  readonly seed: number;
}

/** A fault, a small world to let it loose on, and a check that the system came through. */
export interface Drill {
  readonly name: string;
  /** The queue backends that it makes sense on. */
  readonly backends: readonly QueueBackend['backend'][];
  readonly timeoutMs: number;
  /** Rejects where the system did not come through. */
  run(context: DrillContext): Promise<void>;
}

/** What a drill throws where the system did not come through; one line per problem. */
class DrillFailure extends Error {
  override name = 'DrillFailure';
}

export function requireNone(problems: readonly string[]): void {
  if (problems.length > 0) {
    const shown = problems.slice(0, MAX_PROBLEMS).map((problem) => problem.slice(0, MAX_CHARACTERS));
    const left = problems.length - shown.length;
    throw new DrillFailure([...shown, ...(left > 0 ? [`… and ${left} more`] : [])].join('\n'));
  }
}

const MAX_PROBLEMS = 10;
const MAX_CHARACTERS = 400;
