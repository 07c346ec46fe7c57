import type { Database } from '../client.js';
import { sql } from '../sql.js';
import type { SweepOutcome } from './regions.js';

/** One sweep, as it ended. */
export interface SweepRecord {
  readonly region_id: number;
  readonly run_id: string;
  readonly started_at: Date;
  readonly duration_ms: number;
  readonly outcome: SweepOutcome;
  readonly reason: string | null;
  /** The generation that it completed. */
  readonly generation: Date | null;
  readonly pages: number;
  readonly unchanged_pages: number;
  readonly added: number;
  readonly gone: number;
  readonly quarantined: number;
}

const KEPT = '30 days';

/** Adds a sweep to the history, and forgets those of the region that are older than 30 days. */
export async function recordSweep(db: Database, sweep: SweepRecord): Promise<void> {
  await db.$transaction([
    db.sweep.create({ data: sweep }),
    db.$executeRaw(sql`
      DELETE FROM sweeps WHERE region_id = ${sweep.region_id} AND started_at < now() - ${KEPT}::interval`),
  ]);
}
