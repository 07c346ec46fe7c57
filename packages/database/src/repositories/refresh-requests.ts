import type { Database } from '../client.js';
import { sql } from '../sql.js';

export interface RequestedRegion {
  readonly region_id: number;
  /** When the last of its pages may be asked for again; null: now. */
  readonly cached_until: Date | null;
}

/**
 * Makes regions due as soon as their pages may be asked for again, and no sooner. What this brings forward is the wait
 * after failed sweeps.
 *
 * @param regionIds null: all that are known.
 * @returns those of them that are known.
 */
export async function requestSweeps(
  db: Database,
  regionIds: readonly number[] | null,
): Promise<RequestedRegion[]> {
  return db.$queryRaw<RequestedRegion[]>(sql`
    WITH asked AS (
      SELECT region_id, (SELECT max(fresh_until) FROM region_pages AS page
                          WHERE page.region_id = regions.region_id AND fresh_until > now()) AS cached_until
        FROM regions WHERE ${regionIds}::int[] IS NULL OR region_id = ANY (${regionIds}::int[])
    )
    UPDATE regions SET next_due_at = least(next_due_at, coalesce(cached_until, now()))
      FROM asked WHERE regions.region_id = asked.region_id
    RETURNING regions.region_id, cached_until`);
}

/** Which of these regions are known. */
export async function findKnownRegions(db: Database, regionIds: readonly number[]): Promise<Set<number>> {
  const rows = await db.region.findMany({
    where: { region_id: { in: [...regionIds] } },
    select: { region_id: true },
  });
  return new Set(rows.map(({ region_id }) => region_id));
}
