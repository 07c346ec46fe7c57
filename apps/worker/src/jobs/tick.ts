import { randomUUID } from 'node:crypto';
import {
  addRegions,
  areRegionsListed,
  findDueRegions,
  findMissingTaxonomy,
  findWaitingNames,
  findWaitingStations,
} from '@hangar-bay/database';
import type { Handler } from '@hangar-bay/queues';
import type { WorkerContext } from '../context.js';

/** Sweeps of regions whose caches ended together do not start in the same instant. */
const MAX_JITTER_MS = 2_000;

/** Asks what is due and adds a job for each. Adding one twice is harmless, so nothing is remembered in between. */
export function createTick(context: WorkerContext): Handler<'tick'> {
  return async (_payload, { signal }) => {
    const runId = randomUUID();
    await learnRegions(context, signal);
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

async function addSweeps({ config, db, producer }: WorkerContext, runId: string): Promise<number> {
  const due = await findDueRegions(db, config.regionIds, config.tickSeconds);
  await producer.addRegionSweeps(
    due.map(({ region_id, due_in_ms }) => ({
      region_id,
      run_id: runId,
      delay_ms: due_in_ms === 0 ? 0 : Math.ceil(due_in_ms + Math.random() * MAX_JITTER_MS),
    })),
  );
  return due.length;
}

async function addMaintenance({ db, producer }: WorkerContext, runId: string): Promise<string[]> {
  const [names, stations, taxonomy] = await Promise.all([
    findWaitingNames(db, 1),
    findWaitingStations(db, 1),
    findMissingTaxonomy(db),
  ]);
  const tasks = [
    ...(names.length > 0 ? (['names'] as const) : []),
    ...(stations.length > 0 ? (['locations'] as const) : []),
    ...(taxonomy.category_ids.length + taxonomy.market_group_ids.length > 0 ? (['taxonomy'] as const) : []),
  ];
  for (const task of tasks) {
    await producer.addMaintenance(task, runId);
  }
  return tasks;
}
