import type { Database } from '../client.js';
import { sql } from '../sql.js';

const AUDIT_KEPT = '1 year';
const ANSWERS_KEPT = '24 hours';
/** Longer than the window in which failures count. */
const FAILURES_KEPT = '1 hour';
/** Of sessions that have ended, to be looked at. */
const SESSIONS_KEPT = '30 days';

/** Forgets what operators left behind and nobody needs any more. @returns how many rows. */
export async function forgetOperatorTraces(db: Database): Promise<number> {
  const counts = await db.$transaction([
    db.$executeRaw(sql`DELETE FROM audit_log WHERE at < now() - ${AUDIT_KEPT}::interval`),
    db.$executeRaw(sql`DELETE FROM idempotency_keys WHERE created_at < now() - ${ANSWERS_KEPT}::interval`),
    db.$executeRaw(sql`DELETE FROM sign_in_failures WHERE started_at < now() - ${FAILURES_KEPT}::interval`),
    db.$executeRaw(sql`DELETE FROM operator_sessions WHERE expires_at < now() - ${SESSIONS_KEPT}::interval`),
  ]);
  return counts.reduce((total, count) => total + count, 0);
}
