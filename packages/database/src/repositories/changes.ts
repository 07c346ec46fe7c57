import type { Database } from '../client.js';
import { sql } from '../sql.js';

export interface ChangeLogBounds {
  readonly days: number;
  readonly rows: number;
}

/**
 * Deletes from the log of changes what is older than `days`, and of the rest all but the newest `rows` or so: whole
 * transactions. Also what a restored backup brought along from another history, whose transaction ids lie ahead.
 *
 * @returns how many were deleted.
 */
export async function trimChanges(db: Database, { days, rows }: ChangeLogBounds): Promise<number> {
  return db.$executeRaw(sql`
    WITH now_at AS MATERIALIZED (
      SELECT (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint AS xmax
    ), ours AS (
      SELECT xid, at FROM changes WHERE xid < (SELECT xmax FROM now_at)
    ), bound AS MATERIALIZED (
      SELECT 1 + greatest(
        (SELECT xid FROM ours ORDER BY xid DESC OFFSET ${rows} LIMIT 1),
        (SELECT max(xid) FROM ours WHERE at < now() - make_interval(days => ${days}))) AS xid
    ), noted AS (
      UPDATE change_log SET trimmed_before = coalesce(bound.xid, 0) FROM bound, now_at
       WHERE bound.xid > trimmed_before OR trimmed_before > now_at.xmax
    )
    DELETE FROM changes USING bound, now_at WHERE changes.xid < bound.xid OR changes.xid >= now_at.xmax`);
}
