import { findDeadLetterIds, findWanted, listOpenDeadLetters } from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { addDeadLetterJob, giveUpContract } from '../dead-letter.js';

const FAILED_JOBS = 1_000;
const ENTRIES_PER_PAGE = 500;
const SHOWN_JOBS = 1_000;

/**
 * Makes good what a crash or a lost broker left out: contract jobs that failed for good and were not recorded, entries
 * that have no job in the dashboard, and jobs there whose entry is settled or discarded. Doing it again changes nothing.
 */
export async function reconcileDeadLetters(context: WorkerContext) {
  const report = { recorded: 0, shown: 0, hidden: await hideSettled(context) };
  const failed = await context.producer.listFailedContracts(FAILED_JOBS);
  const ids = failed.map(({ payload }) => payload.contract_id);
  const wanted = new Set((await findWanted(context.db, ids)).map(({ contract_id }) => contract_id));
  for (const { payload, error } of failed) {
    if (wanted.has(payload.contract_id)) {
      await giveUpContract(context, payload, new Error(error));
      report.recorded += 1;
    }
  }
  for (let after: string | undefined; ;) {
    const entries = await listOpenDeadLetters(context.db, {
      ...(after ? { after } : {}),
      limit: ENTRIES_PER_PAGE,
    });
    for (const entry of entries) {
      await addDeadLetterJob(context, entry);
    }
    report.shown += entries.length;
    after = entries.at(-1)?.id;
    if (entries.length < ENTRIES_PER_PAGE) {
      return report;
    }
  }
}

async function hideSettled({ db, producer }: WorkerContext): Promise<number> {
  const shown = await producer.listShownDeadLetters(SHOWN_JOBS);
  const kept = await findDeadLetterIds(db, shown);
  const settled = shown.filter((id) => !kept.has(id));
  await producer.removeDeadLetters(settled);
  return settled.length;
}
