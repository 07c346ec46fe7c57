import { sql, type Database } from '@hangar-bay/database';
import { DatabaseRefusedError } from '../queries/database-problem.js';
import type { Circuit } from './circuit.js';
import { endsWithin } from './within.js';

const ASKED_EVERY_MS = 500;
/** While it lacks a change. */
const ASKED_AGAIN_AFTER_MS = 100;
const ANSWERS_WITHIN_MS = 250;
/** What it said is believed for so long. */
const BELIEVED_MS = 2_000;

/** A standby of PostgreSQL that may be behind the primary. Always the same one: what it has, it keeps. */
export interface Replica {
  start(): void;
  /** Whether it answers, and has all up to a position in the primary's log. */
  holds(wal: bigint): boolean;
  /** From now on changes up to there are wanted. */
  want(wal: bigint): void;
  read<Value>(work: (db: Database) => Promise<Value>): Promise<Value>;
  /** What is wrong with it now, for people; null where nothing is. */
  check(): Promise<string | null>;
  close(): Promise<void>;
}

interface ReplicaRow {
  /** Null where the server is no standby. */
  readonly replayed: string | null;
}

export function createReplica({
  db,
  circuit,
}: {
  readonly db: Database;
  readonly circuit: Circuit;
}): Replica {
  let wanted = 0n;
  let replayed = -1n;
  let answeredAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let asking: Promise<void> | null = null;
  let isClosed = false;

  async function askPosition(): Promise<bigint> {
    const answer = db.$queryRaw<[ReplicaRow]>(
      sql`SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::text AS replayed`,
    );
    if (!(await endsWithin(answer, ANSWERS_WITHIN_MS))) {
      throw new DatabaseRefusedError('away');
    }
    const [row] = await answer;
    if (row.replayed === null) {
      throw new NoStandbyError();
    }
    return BigInt(row.replayed);
  }

  async function ask(): Promise<void> {
    const askedAt = performance.now();
    try {
      replayed = await circuit.run(askPosition);
      answeredAt = askedAt;
    } catch {
      // The circuit has counted it.
      answeredAt = -Infinity;
    }
  }

  function askNow(): void {
    clearTimeout(timer);
    asking ??= ask().finally(() => {
      asking = null;
      if (!isClosed) {
        const isBehind = answeredAt > -Infinity && replayed < wanted;
        timer = setTimeout(askNow, isBehind ? ASKED_AGAIN_AFTER_MS : ASKED_EVERY_MS);
      }
    });
  }

  return {
    start: askNow,

    holds: (wal) => replayed >= wal && performance.now() <= answeredAt + BELIEVED_MS && circuit.isClosed(),

    want(wal) {
      wanted = wal;
      if (replayed < wal && asking === null && !isClosed) {
        askNow();
      }
    },

    read: (work) => circuit.run(() => work(db)),

    async check() {
      try {
        await askPosition();
        return null;
      } catch (error) {
        return error instanceof NoStandbyError ? error.message : 'does not answer';
      }
    },

    async close() {
      isClosed = true;
      clearTimeout(timer);
      await asking;
      await db.$disconnect();
    },
  };
}

class NoStandbyError extends Error {
  override name = 'NoStandbyError';

  constructor() {
    super('is no standby of the primary');
  }
}
