import { z } from 'zod';
import type { RegionRow } from '../queries/list-regions.js';
import { count, formatOptionalTime, name, smallId, time } from './values.js';

const regionSchema = z
  .object({
    region_id: smallId,
    name,
    generation: time
      .nullable()
      .meta({ description: "The state of ESI's list that is shown: its Last-Modified" }),
    last_complete_sweep_at: time.nullable(),
    next_due_at: time.nullable().meta({ description: 'When the list is asked for again' }),
    last_sweep_outcome: z.enum(['complete', 'incomplete', 'inconsistent', 'failed']).nullable(),
    outstanding: count.meta({ description: 'Contracts on offer' }),
    pending: count.meta({
      description: 'Contracts in the list whose items are still to be fetched: not served yet',
    }),
    stale: z.boolean().meta({ description: 'No complete sweep in the last 2 hours' }),
  })
  .meta({ id: 'Region' });

export const regionListSchema = z.object({ data: z.array(regionSchema) }).meta({ id: 'RegionList' });

export type RegionList = z.output<typeof regionListSchema>;

export function serializeRegions(rows: readonly RegionRow[]): RegionList {
  return {
    data: rows.map((row) => ({
      region_id: row.region_id,
      name: row.name,
      generation: formatOptionalTime(row.generation),
      last_complete_sweep_at: formatOptionalTime(row.last_complete_sweep_at),
      next_due_at: formatOptionalTime(row.next_due_at),
      last_sweep_outcome: row.last_sweep_outcome,
      outstanding: Number(row.outstanding_count),
      pending: Number(row.pending_count),
      stale: row.is_stale,
    })),
  };
}
