import { findWaitingNames, saveNames } from '@hangar-bay/database';
import { NAMES_PER_REQUEST } from '@hangar-bay/esi-client';
import type { WorkerContext } from '../context.js';

/** Resolves names that wait, a batch at a time, until none is left or a batch settles nothing. */
export async function resolveWaitingNames({ db, esi }: WorkerContext, signal: AbortSignal | undefined) {
  const report = { resolved: 0, unknown: 0 };
  for (;;) {
    const ids = await findWaitingNames(db, NAMES_PER_REQUEST);
    if (ids.length === 0) {
      return report;
    }
    const { names, unknown } = await esi.resolveNames(ids, signal);
    await saveNames(db, names, unknown);
    report.resolved += names.length;
    report.unknown += unknown.length;
    if (names.length + unknown.length === 0) {
      return report;
    }
  }
}
