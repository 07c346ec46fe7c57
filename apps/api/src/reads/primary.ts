import { setTimeout as wait } from 'node:timers/promises';
import { sql, type Database, type PoolCounts } from '@hangar-bay/database';
import { DatabaseRefusedError, troubleOf } from '../queries/database-problem.js';
import type { Circuit } from './circuit.js';
import { endsWithin } from './within.js';

/** Between the end of one try and the next: a server that refuses at once is not asked more often. */
const TRIED_AGAIN_AFTER_MS = 25;
/** So long a try may take for a read to wait for it: with what else that takes, it is refused within 100 ms. */
const PATIENCE_MS = 60;

export interface PrimaryOptions {
  readonly db: Database;
  readonly circuit: Circuit;
  /** Null where it is not known: then only the time to a connection is bounded. */
  readonly pool: () => PoolCounts | null;
  readonly poolSize: number;
}

/** Reads of the primary that do not pile up: what it would not answer is refused at once. */
export interface Primary {
  isAway(): boolean;
  /** @throws DatabaseRefusedError where it is not asked at all. */
  read<Value>(work: (db: Database) => Promise<Value>): Promise<Value>;
}

/** Whether the primary is back. */
interface Try {
  /** By the monotonic clock; may be still to come. */
  readonly beginsAt: number;
  /** Never rejects. */
  readonly ended: Promise<void>;
}

export function createPrimary({ db, circuit, pool, poolSize }: PrimaryOptions): Primary {
  let trying: Try | null = null;
  let triedAt = -Infinity;
  /** A read has waited for a connection in vain, and none has ended since. */
  let isExhausted = false;

  function beginTry(): Try {
    const beginsAt = Math.max(performance.now(), triedAt + TRIED_AGAIN_AFTER_MS);
    return { beginsAt, ended: tryPrimary(beginsAt) };
  }

  async function tryPrimary(beginsAt: number): Promise<void> {
    await wait(Math.max(0, beginsAt - performance.now()));
    try {
      await circuit.run(() =>
        db.$queryRaw(sql`SELECT 1`).catch(() => {
          // Whatever it is: only an answer closes the circuit.
          throw new DatabaseRefusedError('away');
        }),
      );
    } catch {
      triedAt = performance.now();
    } finally {
      trying = null;
    }
  }

  /**
   * Returns when the primary is back. One try at a time is made for all reads that come; each waits a moment for it, and
   * not for a try that hangs: that goes on without them. A failed try that had begun before the read came says nothing of how it is now.
   */
  async function awaitReturn(): Promise<void> {
    const cameAt = performance.now();
    for (;;) {
      const current = (trying ??= beginTry());
      const hasEnded = await endsWithin(current.ended, current.beginsAt + PATIENCE_MS - performance.now());
      if (circuit.isClosed()) {
        return;
      }
      if (!hasEnded || current.beginsAt >= cameAt) {
        throw new DatabaseRefusedError('away');
      }
    }
  }

  function hasConnection(): boolean {
    const counts = pool();
    return counts === null || counts.idleCount > 0 || counts.totalCount < poolSize;
  }

  return {
    isAway: () => !circuit.isClosed(),

    async read(work) {
      if (!circuit.isClosed()) {
        await awaitReturn();
      }
      if (isExhausted && !hasConnection()) {
        throw new DatabaseRefusedError('busy');
      }
      try {
        const value = await circuit.run(() => work(db));
        isExhausted = false;
        return value;
      } catch (error) {
        isExhausted = troubleOf(error) === 'busy';
        throw error;
      }
    },
  };
}
