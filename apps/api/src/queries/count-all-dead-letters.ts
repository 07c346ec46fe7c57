import { sql, type Database } from '@hangar-bay/database';

export interface DeadLetterCounts {
  readonly waiting: number;
  readonly retrying: number;
  readonly oldest_at: Date | null;
}

/** How many there are, and when the oldest that waits for an operator failed first. One statement. */
export async function countAllDeadLetters(db: Database): Promise<DeadLetterCounts> {
  const [counts] = await db.$queryRaw<DeadLetterCounts[]>(sql`
    SELECT count(*) FILTER (WHERE retried_at IS NULL)::int AS waiting, count(retried_at)::int AS retrying,
           min(first_at) FILTER (WHERE retried_at IS NULL) AS oldest_at
      FROM dead_letters`);
  return counts ?? { waiting: 0, retrying: 0, oldest_at: null };
}
