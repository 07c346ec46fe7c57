import { randomUUID } from 'node:crypto';
import { addRegions, areRegionsListed, findDueRegions } from '@hangar-bay/database';
import type { Handler } from '@hangar-bay/queues';
import type { WorkerContext } from '../context.js';
import { findWantedTasks } from './maintenance.js';

/** Sweeps of regions whose caches ended together do not start in the same instant. */
const MAX_JITTER_MS = 2_000;

/** Asks what is due and adds a job for each. Adding one twice is harmless, so nothing is remembered in between. */
export function createTick(context: WorkerContext): Handler<'tick'> {
  return async (_payload, { signal }) => {
    const runId = randomUUID();
    if (!(await context.flags.isOn('aggregation'))) {
      return {
        run_id: runId,
        outcome: 'switched_off',
        regions: 0,
        tasks: await addMaintenance(context, runId),
      };
    }
    try {
      await learnRegions(context, signal);
    } catch (error) {
      // The regions that are known are swept all the same; the next tick asks again.
      context.logger.warn('the list of regions could not be had', { error });
    }
    return {
      run_id: runId,
      regions: await addSweeps(context, runId),
      tasks: await addMaintenance(context, runId),
    };
  };
}

async function learnRegions(
  { config, db, esi, logger }: WorkerContext,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (config.regionIds !== null) {
    await addRegions(db, config.regionIds, { listed: false });
  } else if (!(await areRegionsListed(db))) {
    const { value } = await esi.getResource('/universe/regions', null, signal);
    await addRegions(db, value, { listed: true });
    logger.info('learned the regions', { regions: value.length });
  }
}

async function addSweeps({ config, db, flags, producer }: WorkerContext, runId: string): Promise<number> {
  const found = await findDueRegions(db, config.regionIds, config.tickSeconds);
  const areOn = await Promise.all(found.map(({ region_id }) => flags.isOn(`region:${region_id}`)));
  const due = found.filter((_region, index) => areOn[index]);
  await producer.addRegionSweeps(
    due.map(({ region_id, due_in_ms }) => ({
      region_id,
      run_id: runId,
      delay_ms: due_in_ms === 0 ? 0 : Math.ceil(due_in_ms + Math.random() * MAX_JITTER_MS),
    })),
  );
  return due.length;
}

async function addMaintenance(context: WorkerContext, runId: string): Promise<string[]> {
  const tasks = await findWantedTasks(context);
  for (const task of tasks) {
    await context.producer.addMaintenance(task, runId);
  }
  return tasks;
}
