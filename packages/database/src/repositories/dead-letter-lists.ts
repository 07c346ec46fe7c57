import type { Database } from '../client.js';
import { emptySql, joinSql, sql, type Sql } from '../sql.js';
import type { DeadLetterEntry } from './dead-letters.js';

/** An entry as operators see it. */
export interface ListedDeadLetter extends DeadLetterEntry {
  /** How often it has failed for good. */
  readonly attempts: number;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly retried_at: Date | null;
}

export interface DeadLetterFilters {
  readonly reason?: string | undefined;
  readonly queue?: string | undefined;
}

/** Of the last entry of the page before. */
export interface DeadLetterPosition {
  readonly first_at: Date;
  readonly id: string;
}

const COLUMNS = sql`id, queue, reason, error, region_id, contract_id, correlation_id, attempts, first_at, last_at, retried_at`;

type Row = Omit<ListedDeadLetter, 'contract_id'> & { contract_id: bigint | null };

const toListed = <Found extends { contract_id: bigint | null }>(row: Found) => ({
  ...row,
  contract_id: row.contract_id === null ? null : Number(row.contract_id),
});

/** Those that failed first the latest come first, an order that another failure does not change. */
export async function listDeadLetters(
  db: Database,
  filters: DeadLetterFilters,
  { after, limit }: { readonly after: DeadLetterPosition | null; readonly limit: number },
): Promise<ListedDeadLetter[]> {
  const position =
    after === null
      ? emptySql
      : sql`AND first_at <= ${after.first_at} AND (first_at < ${after.first_at} OR id > ${after.id})`;
  const rows = await db.$queryRaw<Row[]>(sql`
    SELECT ${COLUMNS} FROM dead_letters WHERE ${matching(filters)} ${position}
     ORDER BY first_at DESC, id LIMIT ${limit}`);
  return rows.map(toListed);
}

export interface ReasonCount {
  readonly reason: string;
  /** All that are there. */
  readonly count: number;
  /** Those of them that are being tried again. */
  readonly retrying: number;
}

/** How many there are of each reason, the most first. */
export async function countDeadLetters(
  db: Database,
  { queue }: Pick<DeadLetterFilters, 'queue'>,
): Promise<ReasonCount[]> {
  return db.$queryRaw<ReasonCount[]>(sql`
    SELECT reason, count(*)::int AS count, count(retried_at)::int AS retrying
      FROM dead_letters WHERE ${matching({ queue })} GROUP BY reason ORDER BY count DESC, reason`);
}

/** How many of a reason wait for an operator. */
export async function countOpenDeadLetters(db: Database, reason: string): Promise<number> {
  return db.deadLetter.count({ where: { reason, retried_at: null } });
}

/** One entry with its payload, which is large and only worth reading one at a time. */
export async function readDeadLetter(
  db: Database,
  id: string,
): Promise<(ListedDeadLetter & { readonly payload: unknown }) | null> {
  const row = await db.deadLetter.findUnique({ where: { id } });
  return row === null ? null : toListed(row);
}

function matching({ reason, queue }: DeadLetterFilters): Sql {
  const conditions = [
    ...(reason === undefined ? [] : [sql`reason = ${reason}`]),
    ...(queue === undefined ? [] : [sql`queue = ${queue}`]),
  ];
  return conditions.length === 0 ? sql`true` : joinSql(conditions, ' AND ');
}
