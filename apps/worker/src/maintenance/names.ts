import { findNamedId, findWaitingNames, saveNames } from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { searchNames } from './search-names.js';

/** Beyond these, names wait for those before them. */
const NAMES_PER_JOB = 5_000;

/** Resolves names that wait. */
export async function resolveWaitingNames(
  { db, esi, memory }: WorkerContext,
  signal: AbortSignal | undefined,
) {
  return searchNames(await findWaitingNames(db, NAMES_PER_JOB), memory.refusedNames, {
    ask: (ids) => esi.resolveNames(ids, signal),
    findKnown: () => findNamedId(db),
    save: (names, unknown) => saveNames(db, names, unknown),
  });
}
