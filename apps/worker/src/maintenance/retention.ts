import type { ArchiveStore } from '@hangar-bay/archive';
import {
  deleteEndedContracts,
  deleteVerifiedBatch,
  openArchiveBatch,
  type Database,
} from '@hangar-bay/database';
import { verifyBatch, writeBatch } from './archive-batch.js';

/** A run begins nothing more after this time. */
const MAX_MS = 45_000;
/** Of a statement without an archive. */
const CONTRACTS_PER_DELETE = 500;

export interface RetentionOptions {
  readonly db: Database;
  /** Null: what is deleted is kept nowhere. */
  readonly archive: ArchiveStore | null;
  /** How long contracts stay after they are gone or expired. */
  readonly retentionDays: number;
  /** Contracts in one object of the archive. */
  readonly contractsPerBatch: number;
}

export interface RetentionReport {
  /** Lines in the objects that were written. */
  readonly archived: number;
  readonly deleted: number;
}

/**
 * Deletes contracts that ended longer than `retentionDays` ago, the oldest ends first; where there is an archive, only
 * what it holds. The next run goes on where this one ended, however it ended.
 *
 * @throws ArchiveError where the archive cannot be written or read; nothing is deleted then that it lacks.
 */
export async function enforceRetention(
  options: RetentionOptions,
  signal: AbortSignal | undefined,
): Promise<RetentionReport> {
  const deadline = performance.now() + MAX_MS;
  let archived = 0;
  let deleted = 0;
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    const step = await takeStep(options, signal);
    if (step === null) {
      break;
    }
    archived += step.archived;
    deleted += step.deleted;
  }
  return { archived, deleted };
}

/** @returns null where nothing is left to do. */
async function takeStep(
  { db, archive, retentionDays, contractsPerBatch }: RetentionOptions,
  signal: AbortSignal | undefined,
): Promise<RetentionReport | null> {
  if (archive === null) {
    const deleted = await deleteEndedContracts(db, retentionDays, CONTRACTS_PER_DELETE);
    return deleted === 0 ? null : { archived: 0, deleted };
  }
  const batch = await openArchiveBatch(db, retentionDays, contractsPerBatch);
  if (batch === null) {
    return null;
  }
  if (batch.object === null) {
    return { archived: await writeBatch(db, archive, batch, signal), deleted: 0 };
  }
  await verifyBatch(db, archive, batch, batch.object, signal);
  return { archived: 0, deleted: await deleteVerifiedBatch(db, batch.batch_id, retentionDays) };
}
