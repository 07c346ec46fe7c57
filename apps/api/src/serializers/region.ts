import { z } from 'zod';
import { REGION_STATES, type RegionRow } from '../queries/list-regions.js';
import { count, formatOptionalTime, name, smallId, time } from './values.js';

const regionSchema = z
  .object({
    region_id: smallId,
    name,
    state: z.enum(REGION_STATES).meta({
      description:
        '`current`: swept completely in the last 2 hours; `late`: not, but it is being tried; `abandoned`: due for more than an hour and not tried, since the region is not configured any more or nothing sweeps; `never_swept`: nothing is known of it',
    }),
    stale: z.boolean().meta({ description: 'Whether `state` is anything but `current`' }),
    generation: time
      .nullable()
      .meta({ description: "The state of ESI's list that is shown: its Last-Modified" }),
    last_complete_sweep_at: time.nullable(),
    last_sweep_at: time.nullable().meta({ description: 'The last try, whatever came of it' }),
    last_sweep_outcome: z.enum(['complete', 'incomplete', 'inconsistent', 'failed']).nullable(),
    failed_sweeps: count.meta({ description: 'Tries since the last complete sweep' }),
    next_due_at: time
      .nullable()
      .meta({ description: 'When the list is asked for again; null where that is not known, or never' }),
    outstanding: count.meta({ description: 'Contracts on offer' }),
    pending: count.meta({
      description: 'Contracts in the list whose items are still to be fetched: not served yet',
    }),
  })
  .meta({ id: 'Region' });

export const regionListSchema = z.object({ data: z.array(regionSchema) }).meta({ id: 'RegionList' });

export type RegionList = z.output<typeof regionListSchema>;

export function serializeRegions(rows: readonly RegionRow[]): RegionList {
  return {
    data: rows.map((row) => ({
      region_id: row.region_id,
      name: row.name,
      state: row.state,
      stale: row.state !== 'current',
      generation: formatOptionalTime(row.generation),
      last_complete_sweep_at: formatOptionalTime(row.last_complete_sweep_at),
      last_sweep_at: formatOptionalTime(row.last_sweep_at),
      last_sweep_outcome: row.last_sweep_outcome,
      failed_sweeps: row.failed_sweeps,
      next_due_at: row.state === 'abandoned' ? null : formatOptionalTime(row.next_due_at),
      outstanding: Number(row.outstanding_count),
      pending: Number(row.pending_count),
    })),
  };
}
