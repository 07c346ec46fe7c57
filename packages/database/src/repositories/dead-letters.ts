import type { Database } from '../client.js';
import { sql } from '../sql.js';

export interface DeadLetter {
  /** dlq-<queue>-<key> */
  readonly id: string;
  readonly queue: string;
  readonly reason: string;
  readonly error: string;
  readonly region_id?: number | undefined;
  readonly contract_id?: number | undefined;
  readonly payload: unknown;
  readonly correlation_id: string;
}

const MAX_PAYLOAD_CHARACTERS = 16_384;
const MAX_ERROR_CHARACTERS = 2_000;

/** Records a failure for good; a second one of the same thing counts on the same entry. */
export async function recordDeadLetter(db: Database, { id, ...letter }: DeadLetter): Promise<void> {
  const latest = {
    reason: letter.reason,
    error: letter.error.slice(0, MAX_ERROR_CHARACTERS),
    payload: bound(letter.payload),
    correlation_id: letter.correlation_id,
  };
  await db.deadLetter.upsert({
    where: { id },
    create: {
      id,
      queue: letter.queue,
      region_id: letter.region_id ?? null,
      contract_id: letter.contract_id ?? null,
      ...latest,
    },
    update: { ...latest, attempts: { increment: 1 }, last_at: new Date(), retried_at: null },
  });
}

/** An entry as far as it takes to try it again. */
export interface DeadLetterEntry {
  readonly id: string;
  readonly queue: string;
  readonly reason: string;
  readonly error: string;
  readonly region_id: number | null;
  readonly contract_id: number | null;
  readonly correlation_id: string;
}

const ENTRY = {
  id: true,
  queue: true,
  reason: true,
  error: true,
  region_id: true,
  contract_id: true,
  correlation_id: true,
} as const;

function toEntry<Row extends { contract_id: bigint | null }>(row: Row) {
  return { ...row, contract_id: row.contract_id === null ? null : Number(row.contract_id) };
}

/** Entries that wait for an operator, the oldest first. `after`: the last id of the page before. */
export async function listOpenDeadLetters(
  db: Database,
  { reason, after, limit }: { reason?: string; after?: string; limit: number },
): Promise<DeadLetterEntry[]> {
  const rows = await db.deadLetter.findMany({
    where: {
      retried_at: null,
      ...(reason === undefined ? {} : { reason }),
      ...(after === undefined ? {} : { id: { gt: after } }),
    },
    orderBy: { id: 'asc' },
    take: limit,
    select: ENTRY,
  });
  return rows.map(toEntry);
}

/** Which entries are to be tried again. */
export type RetryScope =
  | { readonly ids: readonly string[] }
  /** Those of a reason that wait for an operator, the oldest ids first. */
  | { readonly reason: string; readonly limit: number };

/**
 * Makes ready for another try what entries are about, in one statement: a contract's items are wanted again; the page
 * of a quarantined row is read in full at the next sweep.
 *
 * @returns the entries. The contracts among them need a job.
 */
export async function reopenDeadLetters(db: Database, scope: RetryScope): Promise<DeadLetterEntry[]> {
  const chosen =
    'ids' in scope
      ? sql`id = ANY (${scope.ids}::text[])`
      : sql`id IN (SELECT id FROM dead_letters WHERE reason = ${scope.reason} AND retried_at IS NULL
                    ORDER BY id LIMIT ${scope.limit} FOR UPDATE SKIP LOCKED)`;
  const rows = await db.$queryRaw<
    (Omit<DeadLetterEntry, 'contract_id'> & { contract_id: bigint | null })[]
  >(sql`
    WITH letters AS (
      UPDATE dead_letters SET retried_at = now() WHERE ${chosen}
      RETURNING id, queue, reason, error, region_id, contract_id, correlation_id
    ), wanted AS (
      UPDATE contracts SET items_state = 'pending', ask_again_at = NULL
       WHERE items_state IN ('failed', 'unavailable')
         AND contract_id IN (SELECT contract_id FROM letters WHERE queue = 'contract')
    ), read_in_full AS (
      UPDATE region_pages SET etag = NULL
       WHERE region_id IN (SELECT region_id FROM letters WHERE queue = 'region-sweep')
    )
    SELECT * FROM letters`);
  return rows.map(toEntry);
}

/** Forgets an entry. What it is about stays as it is. */
export async function discardDeadLetter(db: Database, id: string): Promise<boolean> {
  return (await db.deadLetter.deleteMany({ where: { id } })).count > 0;
}

/** Contracts are listed for 28 days at the most (all of the oldest ones in a recorded page of The Forge). */
const LISTED_DAYS = 30;

/**
 * Forgets rows of lists that were quarantined and have not been met again for `days`, nor for as long as a contract can
 * be listed: there is nothing left to read again. @returns how many.
 */
export async function forgetUnlisted(db: Database, days: number): Promise<number> {
  return db.$executeRaw(sql`
    DELETE FROM dead_letters
     WHERE queue = 'region-sweep' AND last_at < now() - make_interval(days => ${Math.max(days, LISTED_DAYS)})`);
}

/** Which of these ids have an entry. */
export async function findDeadLetterIds(db: Database, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db.deadLetter.findMany({ where: { id: { in: [...ids] } }, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

/** The payload as JSON, or the beginning of its text where it is too long to keep. */
function bound(payload: unknown): object | string {
  const text = (JSON.stringify(payload) as string | undefined) ?? 'null';
  if (text.length > MAX_PAYLOAD_CHARACTERS) {
    return { characters: text.length, beginning: text.slice(0, MAX_PAYLOAD_CHARACTERS) };
  }
  return typeof payload === 'object' && payload !== null ? payload : { value: payload };
}
