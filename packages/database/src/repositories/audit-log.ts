import type { Database } from '../client.js';
import { emptySql, joinSql, sql } from '../sql.js';

export type AuditOutcome = 'started' | 'done' | 'refused' | 'failed';

/** What somebody sets out to do. */
export interface AuditedAction {
  readonly operator: string;
  readonly role: string;
  readonly action: string;
  readonly target: string | null;
  readonly details: object;
  readonly request_id: string;
}

export interface AuditEntry extends AuditedAction {
  readonly audit_id: number;
  readonly at: Date;
  readonly outcome: AuditOutcome;
  readonly status: number | null;
}

const MAX_TARGET_CHARACTERS = 500;

/** Writes down an action before it begins, so that none is without a trace. @returns the id to end it by. */
export async function beginAudit(db: Database, entry: AuditedAction): Promise<bigint> {
  const { audit_id } = await db.auditEntry.create({
    data: { ...entry, target: cut(entry.target), outcome: 'started' },
    select: { audit_id: true },
  });
  return audit_id;
}

/** Notes how an action ended: the status of its answer. */
export async function endAudit(db: Database, auditId: bigint, status: number): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE audit_log SET status = ${status}, outcome = ${outcomeOf(status)} WHERE audit_id = ${auditId}`);
}

/** Writes down what has already happened. */
export async function recordAudit(db: Database, entry: AuditedAction, status: number): Promise<void> {
  await db.auditEntry.create({
    data: { ...entry, target: cut(entry.target), outcome: outcomeOf(status), status },
  });
}

export interface AuditFilters {
  readonly operator?: string | undefined;
  readonly action?: string | undefined;
}

/** The newest first. `before`: the last id of the page before. */
export async function listAudit(
  db: Database,
  { operator, action }: AuditFilters,
  { before, limit }: { readonly before: number | null; readonly limit: number },
): Promise<AuditEntry[]> {
  const conditions = [
    operator === undefined ? emptySql : sql`AND operator = ${operator}`,
    action === undefined ? emptySql : sql`AND action = ${action}`,
    before === null ? emptySql : sql`AND audit_id < ${before}`,
  ];
  const rows = await db.$queryRaw<(Omit<AuditEntry, 'audit_id'> & { audit_id: bigint })[]>(sql`
    SELECT audit_id, at, operator, role, action, target, details, outcome, status, request_id
      FROM audit_log WHERE true ${joinSql(conditions, ' ')}
     ORDER BY audit_id DESC LIMIT ${limit}`);
  return rows.map((row) => ({ ...row, audit_id: Number(row.audit_id) }));
}

function outcomeOf(status: number): AuditOutcome {
  if (status >= 500) {
    return 'failed';
  }
  return status >= 400 ? 'refused' : 'done';
}

function cut(target: string | null): string | null {
  return target?.slice(0, MAX_TARGET_CHARACTERS) ?? null;
}
