import type { MaintenanceTask } from '@hangar-bay/queues';
import { createRests, type Rests } from './rests.js';

/** What maintenance remembers of what failed. It is lost with the process, which costs a few more requests. */
export interface MaintenanceMemory {
  readonly tasks: Rests<MaintenanceTask>;
  readonly stations: Rests<number>;
  /** Categories and market groups. */
  readonly taxonomy: Rests<string>;
  /** Batches of ids that ESI has refused because of one or more in them. */
  readonly refusedNames: number[][];
}

export function createMaintenanceMemory(): MaintenanceMemory {
  return { tasks: createRests(), stations: createRests(), taxonomy: createRests(), refusedNames: [] };
}
