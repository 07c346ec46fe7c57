import {
  findDueAuctions,
  findStale,
  findUnanalysedTables,
  findWaitingNames,
  forgetOperatorTraces,
  forgetUnlisted,
  hasExpiredContracts,
  hasOutdatedContracts,
  hasWaitingDynamicItems,
  trimChanges,
  type FlagName,
} from '@hangar-bay/database';
import { EsiError } from '@hangar-bay/esi-client';
import { MAINTENANCE_TASKS, type Handler, type MaintenanceTask } from '@hangar-bay/queues';
import type { WorkerContext } from '../context.js';
import { refreshBids } from '../maintenance/bids.js';
import { reconcileDeadLetters } from '../maintenance/dead-letters.js';
import { deriveAgain } from '../maintenance/derivation.js';
import { fetchDynamicItems } from '../maintenance/dynamic-items.js';
import { endExpired } from '../maintenance/expiry.js';
import { findWantedStations, resolveLocations } from '../maintenance/locations.js';
import { resolveWaitingNames } from '../maintenance/names.js';
import { enforceRetention } from '../maintenance/retention.js';
import { refreshStatistics } from '../maintenance/statistics.js';
import { SHORTEST_REST_MS } from '../maintenance/rests.js';
import type { WorkReport } from '../maintenance/work-through.js';
import { completeTaxonomy, findWantedTaxonomy } from '../maintenance/taxonomy.js';
import { refreshTypes } from '../maintenance/type-refresh.js';

/** What a run of retention holds in memory, compressed. */
const CONTRACTS_PER_ARCHIVE_OBJECT = 1_000;
/** How far back a stream can be gone on with. A day of the whole market is some 20,000 changes. */
const CHANGES_KEPT = { days: 1, rows: 100_000 };

interface Task {
  /** What has to be switched on for it; everything that asks ESI is a part of the aggregation. */
  readonly flags: readonly FlagName[];
  /** Whether there is something to do; asked at every tick. Left out: the task has a schedule of its own. */
  isWanted?(context: WorkerContext): Promise<boolean>;
  run(context: WorkerContext, signal: AbortSignal | undefined, runId: string): Promise<object>;
}

const TASKS: Record<MaintenanceTask, Task> = {
  names: {
    flags: ['aggregation'],
    isWanted: async ({ db }) => (await findWaitingNames(db, 1)).length > 0,
    run: resolveWaitingNames,
  },
  locations: {
    flags: ['aggregation'],
    isWanted: async (context) => (await findWantedStations(context, 1)).length > 0,
    run: resolveLocations,
  },
  taxonomy: {
    flags: ['aggregation'],
    isWanted: async (context) => Object.values(await findWantedTaxonomy(context)).flat().length > 0,
    run: completeTaxonomy,
  },
  bids: {
    flags: ['aggregation', 'bids'],
    isWanted: async ({ db }) => (await findDueAuctions(db, 1)).length > 0,
    run: refreshBids,
  },
  'dynamic-items': {
    flags: ['aggregation', 'dynamic_items'],
    isWanted: ({ db }) => hasWaitingDynamicItems(db),
    run: fetchDynamicItems,
  },
  'type-refresh': {
    flags: ['aggregation'],
    isWanted: async ({ db, config }) => (await findStale(db, config.typeRefresh.days, 1)).length > 0,
    run: refreshTypes,
  },
  derivation: {
    flags: [],
    isWanted: ({ db }) => hasOutdatedContracts(db),
    run: deriveAgain,
  },
  statistics: {
    flags: [],
    isWanted: async ({ db }) => (await findUnanalysedTables(db)).length > 0,
    run: refreshStatistics,
  },
  expiry: {
    flags: [],
    isWanted: ({ db }) => hasExpiredContracts(db),
    run: endExpired,
  },
  'dead-letters': { flags: [], run: reconcileDeadLetters },
  retention: {
    flags: [],
    async run({ db, archive, config, flags }, signal) {
      const forgotten = (await forgetOperatorTraces(db)) + (await forgetUnlisted(db, config.retentionDays));
      const trimmed = await trimChanges(db, CHANGES_KEPT);
      if (!(await flags.isOn('archive'))) {
        return { forgotten, trimmed, outcome: 'switched_off' };
      }
      const report = await enforceRetention(
        { db, archive, retentionDays: config.retentionDays, contractsPerBatch: CONTRACTS_PER_ARCHIVE_OBJECT },
        signal,
      );
      return { forgotten, trimmed, ...report };
    },
  },
};

/**
 * Work that belongs to no single contract.
 *
 * A task whose routes fail, or are paused by ESI's limits, rests for a while; the others go on.
 */
export function createMaintenance(context: WorkerContext): Handler<'maintenance'> {
  const { tasks } = context.memory;
  return async ({ task, run_id }, { signal }) => {
    if (!(await isSwitchedOn(context, task))) {
      return { task, outcome: 'switched_off' };
    }
    if (tasks.isResting(task)) {
      return { task, outcome: 'resting' };
    }
    try {
      const report = await TASKS[task].run(context, signal, run_id);
      restAfter(context, task, report);
      return { task, ...report };
    } catch (error) {
      if (signal?.aborted || !(error instanceof EsiError)) {
        throw error;
      }
      const { waitMs } = error;
      const restMs =
        waitMs === undefined ? tasks.fail(task) : tasks.putOff(task, Math.max(waitMs, SHORTEST_REST_MS));
      context.logger.warn('a task is put off', { task, seconds: Math.ceil(restMs / 1000), error });
      return { task, outcome: 'put_off' };
    }
  };
}

function restAfter({ memory: { tasks } }: WorkerContext, task: MaintenanceTask, report: object): void {
  if (gaveUp(report) && report.done === 0) {
    tasks.fail(task);
    return;
  }
  tasks.succeed(task);
  if (gaveUp(report)) {
    tasks.putOff(task, SHORTEST_REST_MS);
  }
}

function gaveUp(report: object): report is Pick<WorkReport, 'done' | 'gave_up'> {
  return 'gave_up' in report && report.gave_up === true;
}

async function isSwitchedOn({ flags }: WorkerContext, task: MaintenanceTask): Promise<boolean> {
  const areOn = await Promise.all(TASKS[task].flags.map((name) => flags.isOn(name)));
  return areOn.every((isOn) => isOn);
}

/** The tasks that have something to do. One that cannot be asked about does not stop the others. */
export async function findWantedTasks(context: WorkerContext): Promise<MaintenanceTask[]> {
  const wanted = await Promise.all(
    MAINTENANCE_TASKS.map(async (task) => {
      try {
        const mayRun = !context.memory.tasks.isResting(task) && (await isSwitchedOn(context, task));
        return mayRun && (await TASKS[task].isWanted?.(context));
      } catch (error) {
        context.logger.warn('it is not known whether there is something to do', { task, error });
        return false;
      }
    }),
  );
  return MAINTENANCE_TASKS.filter((_task, index) => wanted[index]);
}
