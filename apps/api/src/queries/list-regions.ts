import { sql, type Database } from '@hangar-bay/database';

export const REGION_STATES = ['current', 'late', 'abandoned', 'never_swept'] as const;

export interface RegionRow {
  readonly region_id: number;
  readonly name: string | null;
  readonly state: (typeof REGION_STATES)[number];
  readonly generation: Date | null;
  readonly last_complete_sweep_at: Date | null;
  readonly last_sweep_at: Date | null;
  readonly last_sweep_outcome: 'complete' | 'incomplete' | 'inconsistent' | 'failed' | null;
  readonly failed_sweeps: number;
  readonly next_due_at: Date | null;
  readonly outstanding_count: bigint;
  readonly pending_count: bigint;
}

/**
 * Every region that is known, with what it holds. One statement.
 *
 * The database does not know which regions are configured now. One that is gets swept, or tried, when it is due; one
 * that has been due for an hour, and stale for longer, is nobody's any more, or nothing sweeps at all.
 *
 * Outstanding contracts are counted by index alone, and what expired since its end was last looked for is subtracted.
 */
export function listRegions(db: Database): Promise<RegionRow[]> {
  return db.$readRows<RegionRow[]>(sql`
    SELECT r.region_id, name.name, r.generation, r.last_complete_sweep_at, r.last_sweep_at, r.last_sweep_outcome,
      r.failed_sweeps, r.next_due_at,
      CASE WHEN r.last_complete_sweep_at IS NULL THEN 'never_swept'
           WHEN r.last_complete_sweep_at >= now() - interval '2 hours' THEN 'current'
           WHEN r.next_due_at >= now() - interval '1 hour' THEN 'late'
           ELSE 'abandoned' END AS state,
      coalesce(offered.count, 0) - coalesce(expired.count, 0) AS outstanding_count,
      coalesce(pending.count, 0) AS pending_count
    FROM regions r
    LEFT JOIN names name ON name.id = r.region_id
    LEFT JOIN (
      SELECT region_id, count(*) FROM contracts
      WHERE visible_since IS NOT NULL AND ended_at IS NULL GROUP BY region_id
    ) offered ON offered.region_id = r.region_id
    LEFT JOIN (
      SELECT region_id, count(*) FROM contracts
      WHERE visible_since IS NOT NULL AND ended_at IS NULL AND date_expired <= now() GROUP BY region_id
    ) expired ON expired.region_id = r.region_id
    LEFT JOIN (
      SELECT region_id, count(*) FROM contracts
      WHERE items_state = 'pending' AND gone_at IS NULL AND date_expired > now() GROUP BY region_id
    ) pending ON pending.region_id = r.region_id
    ORDER BY r.region_id`);
}
