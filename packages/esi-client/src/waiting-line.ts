import type { EsiRoute } from '@hangar-bay/domain';
import type { Outcome } from './limits/answer.js';
import { priorityOf, type Priority } from './limits/priority.js';

/** Thrown where a request would have to wait too long. */
export class PausedError extends Error {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('paused');
    this.waitMs = waitMs;
  }
}

/** A request that may be sent now. */
export interface Turn {
  /** To be called once, whatever became of it. */
  finish(outcome: Outcome): void;
}

export interface Waiter {
  readonly route: EsiRoute;
  readonly priority: Priority;
  /** Milliseconds of this process's clock. */
  readonly deadline: number;
  start(turn: Turn): void;
  refuse(error: Error): void;
}

/** The requests that wait for their turns: sweeps before all others, each kind in the order in which it came. */
export function createWaitingLine(maxWaitMs: number) {
  const waiters: Record<Priority, Set<Waiter>> = { sweep: new Set(), item: new Set() };

  return {
    /** Resolves with the request's turn; rejects when it is refused, or with the signal's reason. */
    join(route: EsiRoute, signal: AbortSignal | undefined): Promise<Turn> {
      return new Promise((resolve, reject) => {
        const abort = () => waiter.refuse(signal?.reason as Error);
        const leave = () => {
          signal?.removeEventListener('abort', abort);
          waiters[waiter.priority].delete(waiter);
        };
        const waiter: Waiter = {
          route,
          priority: priorityOf(route),
          deadline: performance.now() + maxWaitMs,
          start(turn) {
            leave();
            resolve(turn);
          },
          refuse(error) {
            leave();
            reject(error);
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        waiters[waiter.priority].add(waiter);
      });
    },
    /** All of them, as of now. */
    list: (): Waiter[] => [...waiters.sweep, ...waiters.item],
    refuseAll(error: Error): void {
      [...waiters.sweep, ...waiters.item].forEach((waiter) => waiter.refuse(error));
    },
    count: (priority: Priority): number => waiters[priority].size,
  };
}
