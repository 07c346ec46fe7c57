import type { Database } from '../client.js';
import { sql, type Sql } from '../sql.js';

/**
 * Whether a contract ended longer than `days` ago. One that its list has held since then is kept, however old it is:
 * the page's ETag vouches for the row, and the next sweep would only store it again.
 */
const isPastRetention = (days: number): Sql => sql`(
  least(gone_at, date_expired) < now() - make_interval(days => ${days})
  AND NOT EXISTS (
    SELECT FROM (SELECT unnest(contract_ids) AS listed_id FROM region_pages
                  WHERE fresh_until > now() - make_interval(days => ${days})) AS listed
     WHERE listed_id = contracts.contract_id))`;

/**
 * A contract as the archive holds it: its row, with those of its items and bids. One line of JSON, the same as long as
 * the rows are.
 */
const LINE = sql`(
  SELECT row_to_json(line)::text FROM (
    SELECT contracts.*,
           array_to_json(ARRAY(
             SELECT row_to_json(item) FROM contract_items AS item
              WHERE item.contract_id = contracts.contract_id ORDER BY position)) AS items,
           array_to_json(ARRAY(
             SELECT row_to_json(bid) FROM contract_bids AS bid
              WHERE bid.contract_id = contracts.contract_id ORDER BY bid_id)) AS bids) AS line)`;

/** Times in JSON are told in the session's time zone; this holds for the rest of the transaction. */
const inUtc = (db: Database) => db.$executeRaw(sql`SET LOCAL TIME ZONE 'UTC'`);

/** What failed about a contract that is deleted, its items or its bids, can no longer be tried again. */
const settleDeadLetters = sql`settled AS (
  DELETE FROM dead_letters WHERE contract_id IN (SELECT contract_id FROM deleted))`;

export interface ArchiveBatch {
  readonly batch_id: number;
  readonly created_at: Date;
  readonly contract_ids: readonly number[];
  /** Null until it is written. */
  readonly object: ArchivedObject | null;
}

/** An object that an archive holds. */
export interface ArchivedObject {
  readonly archive_url: string;
  readonly object_name: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly contract_count: number;
}

interface BatchRow extends Omit<ArchiveBatch, 'batch_id' | 'contract_ids' | 'object'> {
  readonly batch_id: bigint;
  readonly contract_ids: bigint[];
  readonly archive_url: string;
  readonly object_name: string | null;
  readonly sha256: string;
  readonly bytes: bigint;
  readonly contract_count: number;
}

/**
 * The batch that waits to be finished, or a new one of up to `limit` contracts, those that ended first. Its contracts
 * are chosen once, here.
 *
 * @returns null where no contract is past retention.
 */
export async function openArchiveBatch(
  db: Database,
  days: number,
  limit: number,
): Promise<ArchiveBatch | null> {
  const open = await findOpenBatch(db);
  if (open !== null) {
    return open;
  }
  await db.$executeRaw(sql`
    INSERT INTO archive_batches (contract_ids)
    SELECT array_agg(contract_id ORDER BY contract_id)
      FROM (SELECT contract_id FROM contracts WHERE ${isPastRetention(days)}
             ORDER BY least(gone_at, date_expired) LIMIT ${limit}) AS chosen
    HAVING count(*) > 0
    ON CONFLICT DO NOTHING`);
  return findOpenBatch(db);
}

async function findOpenBatch(db: Database): Promise<ArchiveBatch | null> {
  const [row] = await db.$queryRaw<BatchRow[]>(sql`
    SELECT batch_id, created_at, contract_ids, archive_url, object_name, sha256, bytes, contract_count
      FROM archive_batches WHERE state <> 'deleted'`);
  return row === undefined ? null : toBatch(row);
}

function toBatch({ batch_id, created_at, contract_ids, ...object }: BatchRow): ArchiveBatch {
  const { object_name } = object;
  return {
    batch_id: Number(batch_id),
    created_at,
    contract_ids: contract_ids.map(Number),
    object: object_name === null ? null : { ...object, object_name, bytes: Number(object.bytes) },
  };
}

export interface ArchiveLine {
  readonly contract_id: number;
  /** JSON without a line feed. */
  readonly line: string;
  readonly fingerprint: string;
}

/**
 * The lines of those of the contracts that are there, by id.
 *
 * @returns null where the batch is no longer being written. Asked in the same statement: what is read here is read
 * before anybody deleted a contract of the batch.
 */
export async function readArchiveLines(
  db: Database,
  batchId: number,
  contractIds: readonly number[],
): Promise<ArchiveLine[] | null> {
  const [, rows] = await db.$transaction([
    inUtc(db),
    db.$queryRaw<{ contract_id: bigint | null; line: string; fingerprint: string }[]>(sql`
      SELECT contract_id, line, md5(line)::uuid::text AS fingerprint
        FROM archive_batches LEFT JOIN LATERAL (
          SELECT contract_id, ${LINE} AS line FROM contracts WHERE contract_id = ANY (${contractIds}::bigint[])) AS found ON true
       WHERE batch_id = ${batchId} AND state = 'writing'
       ORDER BY contract_id`),
  ]);
  return rows.length === 0
    ? null
    : rows.flatMap(({ contract_id, ...line }) =>
        contract_id === null ? [] : [{ contract_id: Number(contract_id), ...line }],
      );
}

/** Notes that an object with these lines was written. The first to say so is right; a second one changes nothing. */
export async function markBatchWritten(
  db: Database,
  batchId: number,
  object: ArchivedObject,
  lines: readonly Omit<ArchiveLine, 'line'>[],
): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE archive_batches
       SET state = 'written', archive_url = ${object.archive_url}, object_name = ${object.object_name},
           sha256 = ${object.sha256}, bytes = ${object.bytes}, contract_count = ${object.contract_count},
           contract_ids = ${lines.map((line) => line.contract_id)}::bigint[],
           fingerprints = ${lines.map((line) => line.fingerprint)}::uuid[]
     WHERE batch_id = ${batchId} AND state = 'writing'`);
}

/** Notes that the object and its manifest were read back and are what they should be. */
export async function markBatchVerified(db: Database, batchId: number, objectName: string): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE archive_batches SET state = 'verified', verified_at = now()
     WHERE batch_id = ${batchId} AND state IN ('written', 'verified') AND object_name = ${objectName}`);
}

/** The archive does not hold what was written: the batch is to be written again. Nothing of it is deleted yet. */
export async function reopenBatch(db: Database, batchId: number): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE archive_batches
       SET state = 'writing', archive_url = NULL, object_name = NULL, sha256 = NULL, bytes = NULL,
           contract_count = NULL, fingerprints = '{}', verified_at = NULL
     WHERE batch_id = ${batchId} AND state IN ('written', 'verified')`);
}

/** Forgets a batch of which no contract is left to be archived. */
export async function dropBatch(db: Database, batchId: number): Promise<void> {
  await db.$executeRaw(sql`DELETE FROM archive_batches WHERE batch_id = ${batchId} AND state = 'writing'`);
}

/**
 * Deletes a verified batch's contracts and closes the batch, in one statement. A contract that came back, or that is
 * not as it was archived, stays; it goes with a later batch.
 *
 * @returns how many were deleted.
 */
export async function deleteVerifiedBatch(db: Database, batchId: number, days: number): Promise<number> {
  const [, rows] = await db.$transaction([
    inUtc(db),
    db.$queryRaw<[{ deleted: number }]>(sql`
      WITH archived AS MATERIALIZED (
        SELECT each.* FROM archive_batches, unnest(contract_ids, fingerprints) AS each (contract_id, fingerprint)
         WHERE batch_id = ${batchId} AND state = 'verified' FOR UPDATE OF archive_batches
      ), deleted AS (
        DELETE FROM contracts
         WHERE contract_id IN (SELECT contract_id FROM archived) AND ${isPastRetention(days)}
           AND md5(${LINE})::uuid = (SELECT fingerprint FROM archived WHERE archived.contract_id = contracts.contract_id)
        RETURNING contract_id
      ), ${settleDeadLetters}, closed AS (
        UPDATE archive_batches
           SET state = 'deleted', deleted_at = now(), fingerprints = '{}',
               deleted_count = (SELECT count(*) FROM deleted)
         WHERE batch_id = ${batchId} AND state = 'verified'
      )
      SELECT count(*)::int AS deleted FROM deleted`),
  ]);
  return rows[0].deleted;
}

/** Deletes up to `limit` contracts that are past retention, without archiving them. @returns how many. */
export async function deleteEndedContracts(db: Database, days: number, limit: number): Promise<number> {
  const [row] = await db.$queryRaw<[{ deleted: number }]>(sql`
    WITH chosen AS MATERIALIZED (
      SELECT contract_id FROM contracts WHERE ${isPastRetention(days)}
       ORDER BY least(gone_at, date_expired) LIMIT ${limit}
    ), deleted AS (
      DELETE FROM contracts
       WHERE contract_id IN (SELECT contract_id FROM chosen) AND ${isPastRetention(days)}
      RETURNING contract_id
    ), ${settleDeadLetters}
    SELECT count(*)::int AS deleted FROM deleted`);
  return row.deleted;
}
