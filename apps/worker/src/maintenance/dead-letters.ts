import { isPending, listOpenDeadLetters } from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { addDeadLetterJob, giveUpContract } from '../dead-letter.js';

const FAILED_JOBS = 1_000;
const ENTRIES_PER_PAGE = 500;

/**
 * Makes good what a crash or a lost broker left out: contract jobs that failed for good and were not recorded, and
 * entries that have no job in the dashboard. Doing it again changes nothing.
 */
export async function reconcileDeadLetters(context: WorkerContext) {
  const report = { recorded: 0, shown: 0 };
  for (const { payload, error } of await context.producer.listFailedContracts(FAILED_JOBS)) {
    if (await isPending(context.db, payload.contract_id)) {
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
