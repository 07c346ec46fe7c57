import { findWaitingNames, saveNames } from '@hangar-bay/database';
import { NAMES_PER_REQUEST } from '@hangar-bay/esi-client';
import type { WorkerContext } from '../context.js';

/**
 * Resolves names that wait, a batch at a time.
 *
 * A batch that is not settled as a whole ends the job: so many refusals are an outage, and each counts as an error. ESI
 * refuses good ids too at times (https://github.com/esi/esi-issues/issues/1181), so ids count as unknown only where
 * others of their batch were resolved.
 */
export async function resolveWaitingNames({ db, esi }: WorkerContext, signal: AbortSignal | undefined) {
  const report = { resolved: 0, unknown: 0 };
  for (;;) {
    const ids = await findWaitingNames(db, NAMES_PER_REQUEST);
    if (ids.length === 0) {
      return report;
    }
    const { names, unknown } = await esi.resolveNames(ids, signal);
    const believed = names.length > 0 || ids.length === unknown.length ? unknown : [];
    await saveNames(db, names, believed);
    report.resolved += names.length;
    report.unknown += believed.length;
    if (names.length + believed.length < ids.length) {
      return report;
    }
  }
}
