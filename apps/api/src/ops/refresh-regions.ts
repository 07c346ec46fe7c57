import { findKnownRegions, requestSweeps, type RequestedRegion } from '@hangar-bay/database';
import { z } from 'zod';
import type { ApiContext } from '../context.js';
import { Problem } from '../http/problem.js';
import { askBroker } from './ask-broker.js';

export const refreshOutcomeSchema = z.enum(['queued', 'running', 'cached', 'switched_off']).meta({
  description:
    "`queued`: a sweep waits for a worker. `running`: one is on its way. `cached`: ESI's cache holds until `cached_until`, and the region is swept then by itself. `switched_off`: an operator has switched it off",
});

export type RefreshOutcome = z.output<typeof refreshOutcomeSchema>;

export interface RefreshedRegion extends RequestedRegion {
  readonly outcome: RefreshOutcome;
}

type Deps = Pick<ApiContext, 'db' | 'flags' | 'producer'>;

/**
 * Has regions swept as soon as ESI's rules allow. Nothing is asked for before its cache has ended: that is when the
 * region is due by itself, and all that this shortens is the wait after failed sweeps.
 *
 * @param regionIds null: all that are known.
 * @throws Problem where one is not known; then none is touched.
 */
export async function refreshRegions(
  { db, flags, producer }: Deps,
  regionIds: readonly number[] | null,
  runId: string,
): Promise<RefreshedRegion[]> {
  if (regionIds !== null) {
    await requireKnown(db, regionIds);
  }
  const requested = await requestSweeps(db, regionIds);
  const isOn = await findSwitches(flags, requested);
  return askBroker(async () => {
    const jobs = await producer.listRegionSweeps();
    const regions = requested
      .map((region) => ({ ...region, outcome: outcomeOf(region, jobs.get(region.region_id), isOn) }))
      .sort((left, right) => left.region_id - right.region_id);
    const queued = regions.filter(({ outcome }) => outcome === 'queued');
    await producer.addRegionSweeps(
      queued.map(({ region_id }) => ({ region_id, run_id: runId, delay_ms: 0 })),
    );
    return regions;
  }, 'The regions are marked as due; the first tick after the queues are back sweeps them.');
}

async function requireKnown(db: Deps['db'], regionIds: readonly number[]): Promise<void> {
  const known = await findKnownRegions(db, regionIds);
  const unknown = regionIds.filter((id) => !known.has(id));
  if (unknown.length > 0) {
    const message = `not known here: ${unknown.join(', ')}; GET /api/v1/regions lists those that are`;
    throw new Problem('invalid_body', `region_ids: ${message}.`, {
      errors: [{ parameter: 'region_ids', message }],
    });
  }
}

async function findSwitches(
  flags: Deps['flags'],
  regions: readonly RequestedRegion[],
): Promise<(regionId: number) => boolean> {
  const isAnyOn = await flags.isOn('aggregation');
  const off = new Set<number>();
  for (const { region_id } of regions) {
    if (!(await flags.isOn(`region:${region_id}`))) {
      off.add(region_id);
    }
  }
  return (regionId) => isAnyOn && !off.has(regionId);
}

function outcomeOf(
  { region_id, cached_until }: RequestedRegion,
  job: 'running' | 'waiting' | undefined,
  isOn: (regionId: number) => boolean,
): RefreshOutcome {
  if (job === 'running') {
    return 'running';
  }
  if (!isOn(region_id)) {
    return 'switched_off';
  }
  return cached_until === null ? 'queued' : 'cached';
}
