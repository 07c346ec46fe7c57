import { sql, type Database } from '@hangar-bay/database';

export interface RegionRow {
  readonly region_id: number;
  readonly name: string | null;
  readonly generation: Date | null;
  readonly last_complete_sweep_at: Date | null;
  readonly next_due_at: Date | null;
  readonly last_sweep_outcome: 'complete' | 'incomplete' | 'inconsistent' | 'failed' | null;
  readonly outstanding_count: bigint;
  readonly pending_count: bigint;
  readonly is_stale: boolean;
}

/** Every region that is known, with what it holds. One statement. */
export function listRegions(db: Database): Promise<RegionRow[]> {
  return db.$queryRaw<RegionRow[]>(sql`
    SELECT r.region_id, name.name, r.generation, r.last_complete_sweep_at, r.next_due_at, r.last_sweep_outcome,
      coalesce(outstanding.count, 0) AS outstanding_count, coalesce(pending.count, 0) AS pending_count,
      r.last_complete_sweep_at IS NULL OR r.last_complete_sweep_at < now() - interval '2 hours' AS is_stale
    FROM regions r
    LEFT JOIN names name ON name.id = r.region_id
    LEFT JOIN (
      SELECT region_id, count(*) FROM contracts
      WHERE visible_since IS NOT NULL AND gone_at IS NULL AND date_expired > now() GROUP BY region_id
    ) outstanding ON outstanding.region_id = r.region_id
    LEFT JOIN (
      SELECT region_id, count(*) FROM contracts
      WHERE items_state = 'pending' AND gone_at IS NULL GROUP BY region_id
    ) pending ON pending.region_id = r.region_id
    ORDER BY r.region_id`);
}
