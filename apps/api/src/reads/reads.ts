import type { Database } from '@hangar-bay/database';
import type { DataVersion } from '../cache/data-version.js';
import { Problem } from '../http/problem.js';
import { troubleOf } from '../queries/database-problem.js';
import type { Primary } from './primary.js';
import type { Replica } from './replica.js';

/** What was read. Not current: from a replica, while nobody knows what the primary has by now. */
export interface Read<Value> {
  readonly value: Value;
  readonly isCurrent: boolean;
}

/** Where what the API serves is read. */
export interface Reads {
  /** Whether the primary is known not to answer. */
  isPrimaryAway(): boolean;
  /**
   * Reads what belongs to the version that is current, where `isConfirmed`, or whatever is there.
   * @throws what the last database that was asked throws.
   */
  read<Value>(isConfirmed: boolean, work: (db: Database) => Promise<Value>): Promise<Read<Value>>;
}

export interface ReadsOptions {
  readonly primary: Primary;
  /** Null: there is none. */
  readonly replica: Replica | null;
  readonly version: Pick<DataVersion, 'wal' | 'onLook'>;
}

/**
 * The replica is asked only while it has every change that this process has seen of the primary: then an answer of the
 * current version is as good from it. While nobody sees the primary's changes, the primary comes first.
 */
export function createReads({ primary, replica, version }: ReadsOptions): Reads {
  version.onLook(() => {
    const wal = version.wal();
    if (wal !== null) {
      replica?.want(wal);
    }
  });

  /** The replica, where it has all that is known to have changed. */
  function findReplica(): Replica | null {
    const wal = version.wal();
    return replica !== null && wal !== null && replica.holds(wal) ? replica : null;
  }

  async function readCurrent<Value>(work: (db: Database) => Promise<Value>): Promise<Value> {
    const found = findReplica();
    if (found === null) {
      return primary.read(work);
    }
    try {
      return await found.read(work);
    } catch (error) {
      // A problem is the answer, and what is too slow there is too slow here.
      if (error instanceof Problem || troubleOf(error) === 'slow') {
        throw error;
      }
      return primary.read(work);
    }
  }

  return {
    isPrimaryAway: () => primary.isAway(),

    async read(isConfirmed, work) {
      if (isConfirmed) {
        return { value: await readCurrent(work), isCurrent: true };
      }
      try {
        return { value: await primary.read(work), isCurrent: true };
      } catch (error) {
        const found = troubleOf(error) === null ? null : findReplica();
        if (found === null) {
          throw error;
        }
        return {
          value: await found.read(work).catch((other: unknown) => {
            throw other instanceof Problem ? other : error;
          }),
          isCurrent: false,
        };
      }
    },
  };
}
