import type { Handler, Payload } from '@hangar-bay/queues';
import type { WorkerContext } from '../context.js';
import { reconcileDeadLetters } from '../maintenance/dead-letters.js';
import { resolveLocations } from '../maintenance/locations.js';
import { resolveWaitingNames } from '../maintenance/names.js';
import { completeTaxonomy } from '../maintenance/taxonomy.js';

type Task = (context: WorkerContext, signal: AbortSignal | undefined) => Promise<object>;

const TASKS: Record<Payload<'maintenance'>['task'], Task> = {
  names: resolveWaitingNames,
  locations: resolveLocations,
  taxonomy: completeTaxonomy,
  'dead-letters': reconcileDeadLetters,
};

/** Work that belongs to no single contract. */
export function createMaintenance(context: WorkerContext): Handler<'maintenance'> {
  return async ({ task }, { signal }) => ({ task, ...(await TASKS[task](context, signal)) });
}
