import type { Database } from '../client.js';
import { sql } from '../sql.js';
import { listFlags } from './flags.js';

/** What the database says of the aggregation as a whole, for whoever watches it. */
export interface AggregationState {
  /** Contracts in the lists whose items are still wanted. */
  readonly pending: number;
  /** Entries that wait for an operator. */
  readonly dead_letters: number;
  /** Seconds since the oldest of them first failed; 0 where there is none. */
  readonly oldest_dead_letter_seconds: number;
  readonly regions: readonly {
    readonly region_id: number;
    readonly last_complete_sweep_at: Date | null;
    /** Since then. */
    readonly failed_sweeps: number;
  }[];
  /** Names of switches. */
  readonly switched_off: readonly string[];
}

export async function readAggregationState(db: Database): Promise<AggregationState> {
  const [counts, regions, flags] = await Promise.all([
    db.$queryRaw<[Omit<AggregationState, 'regions' | 'switched_off'>]>(sql`
      SELECT (SELECT count(*) FROM contracts WHERE items_state = 'pending' AND gone_at IS NULL)::int AS pending,
             count(*)::int AS dead_letters,
             coalesce(extract(epoch FROM now() - min(first_at)), 0)::float8 AS oldest_dead_letter_seconds
        FROM dead_letters WHERE retried_at IS NULL`),
    db.$queryRaw<AggregationState['regions'][number][]>(sql`
      SELECT region_id, last_complete_sweep_at, failed_sweeps FROM regions`),
    listFlags(db),
  ]);
  const switchedOff = flags.filter(({ enabled }) => !enabled).map(({ name }) => name);
  return { ...counts[0], regions, switched_off: switchedOff };
}
