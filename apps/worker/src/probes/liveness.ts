import { createHealthCheck, type PartHealth } from '@hangar-bay/runtime';
import type { Producer } from '@hangar-bay/queues';

export interface Liveness {
  /** Answers within a second. */
  check(): Promise<PartHealth>;
  /** The broker is away: nothing can move, and that is no fault of this process. */
  noteBrokerAway(): void;
}

export interface LivenessDeps {
  readonly producer: Pick<Producer, 'readTicks'>;
  readonly tickSeconds: number;
  /** When a job of this process last ended, on its clock. */
  readonly lastJobEndedAt: () => number;
  /** Whether this process has a tick. */
  readonly isTickAtWork: () => boolean;
  readonly now?: () => number;
}

/** Ticks that may be missed, and the least time: a tick against a database that hangs takes minutes to fail. */
const MISSED_TICKS = 10;
const LEAST_MS = 300_000;

/**
 * Whether a restart would help: this process takes no jobs though the broker answers and ticks are due.
 *
 * It lives as long as a job of its own has ended lately, or any worker's tick has, or a tick is at work elsewhere, or
 * the broker is away. That the event loop turns is shown by the answer itself.
 */
export function createLiveness({
  producer,
  tickSeconds,
  lastJobEndedAt,
  isTickAtWork,
  now = () => performance.now(),
}: LivenessDeps): Liveness {
  const limitMs = Math.max(tickSeconds * 1000 * MISSED_TICKS, LEAST_MS);
  let movedAt = now();
  let lastTick: string | null = null;
  const askBroker = createHealthCheck(async () => {
    const { lastId, isRunning } = await producer.readTicks();
    if (lastId !== lastTick || (isRunning && !isTickAtWork())) {
      lastTick = lastId;
      movedAt = now();
    }
    return null;
  });

  return {
    async check() {
      const broker = await askBroker();
      if (broker.status === 'failed') {
        movedAt = now();
      }
      const idleMs = now() - Math.max(movedAt, lastJobEndedAt());
      if (idleMs <= limitMs) {
        return { status: 'ok' };
      }
      const what = isTickAtWork() ? 'a tick does not end' : 'no tick is taken';
      return { status: 'failed', reason: `${what}, and no job has ended for ${Math.round(idleMs / 1000)} s` };
    },
    noteBrokerAway() {
      movedAt = now();
    },
  };
}
