import {
  findDueAuctions,
  findMissingTaxonomy,
  findStale,
  findWaitingNames,
  findWaitingStations,
  hasOutdatedContracts,
  hasWaitingDynamicItems,
} from '@hangar-bay/database';
import { MAINTENANCE_TASKS, type Handler, type MaintenanceTask } from '@hangar-bay/queues';
import type { WorkerContext } from '../context.js';
import { refreshBids } from '../maintenance/bids.js';
import { reconcileDeadLetters } from '../maintenance/dead-letters.js';
import { deriveAgain } from '../maintenance/derivation.js';
import { fetchDynamicItems } from '../maintenance/dynamic-items.js';
import { resolveLocations } from '../maintenance/locations.js';
import { resolveWaitingNames } from '../maintenance/names.js';
import { enforceRetention } from '../maintenance/retention.js';
import { completeTaxonomy } from '../maintenance/taxonomy.js';
import { refreshTypes } from '../maintenance/type-refresh.js';

/** What a run of retention holds in memory, compressed. */
const CONTRACTS_PER_ARCHIVE_OBJECT = 1_000;

interface Task {
  /** Whether there is something to do; asked at every tick. Left out: the task has a schedule of its own. */
  isWanted?(context: WorkerContext): Promise<boolean>;
  run(context: WorkerContext, signal: AbortSignal | undefined, runId: string): Promise<object>;
}

const TASKS: Record<MaintenanceTask, Task> = {
  names: {
    isWanted: async ({ db }) => (await findWaitingNames(db, 1)).length > 0,
    run: resolveWaitingNames,
  },
  locations: {
    isWanted: async ({ db }) => (await findWaitingStations(db, 1)).length > 0,
    run: resolveLocations,
  },
  taxonomy: {
    async isWanted({ db }) {
      const { category_ids, market_group_ids } = await findMissingTaxonomy(db);
      return category_ids.length + market_group_ids.length > 0;
    },
    run: completeTaxonomy,
  },
  bids: {
    isWanted: async ({ db }) => (await findDueAuctions(db, 1)).length > 0,
    run: refreshBids,
  },
  'dynamic-items': {
    isWanted: ({ db }) => hasWaitingDynamicItems(db),
    run: fetchDynamicItems,
  },
  'type-refresh': {
    isWanted: async ({ db, config }) => (await findStale(db, config.typeRefresh.days, 1)).length > 0,
    run: refreshTypes,
  },
  derivation: {
    isWanted: ({ db }) => hasOutdatedContracts(db),
    run: deriveAgain,
  },
  'dead-letters': { run: reconcileDeadLetters },
  retention: {
    run: ({ db, archive, config }, signal) =>
      enforceRetention(
        { db, archive, retentionDays: config.retentionDays, contractsPerBatch: CONTRACTS_PER_ARCHIVE_OBJECT },
        signal,
      ),
  },
};

/** Work that belongs to no single contract. */
export function createMaintenance(context: WorkerContext): Handler<'maintenance'> {
  return async ({ task, run_id }, { signal }) => ({
    task,
    ...(await TASKS[task].run(context, signal, run_id)),
  });
}

/** The tasks that have something to do. One that cannot be asked about does not stop the others. */
export async function findWantedTasks(context: WorkerContext): Promise<MaintenanceTask[]> {
  const wanted = await Promise.all(
    MAINTENANCE_TASKS.map(async (task) => {
      try {
        return await TASKS[task].isWanted?.(context);
      } catch (error) {
        context.logger.warn('it is not known whether there is something to do', { task, error });
        return false;
      }
    }),
  );
  return MAINTENANCE_TASKS.filter((_task, index) => wanted[index]);
}
