import { findDueAuctions, keepBids, storeBids, type DueAuction } from '@hangar-bay/database';
import { esiBidSchema } from '@hangar-bay/domain';
import { z } from 'zod';
import type { WorkerContext } from '../context.js';
import { sendToDeadLetter } from '../dead-letter.js';
import { describeIssues } from '../sweep/sort-rows.js';
import { workThrough } from './work-through.js';

const AUCTIONS_PER_JOB = 500;
/** The lifetime of the route, for answers that say nothing of theirs. */
const AFTER_FAILURE_SECONDS = 300;
const AFTER_MALFORMED_SECONDS = 3_600;
/** The times that a lifetime is read from are cut to whole seconds. */
const GRAIN_SECONDS = 1;

const bidsSchema = z.array(esiBidSchema);

/** Fetches the bids of auctions whose cached bids have expired at ESI. */
export async function refreshBids(context: WorkerContext, signal: AbortSignal | undefined, runId: string) {
  const { db, logger } = context;
  const counts = { stored: 0, unchanged: 0, unavailable: 0, quarantined: 0 };
  const report = await workThrough(
    await findDueAuctions(db, AUCTIONS_PER_JOB),
    signal,
    async (auction) => {
      counts[await refreshAuction(context, auction, signal, runId)] += 1;
    },
    async ({ contract_id, etag }, error) => {
      logger.warn('bids could not be refreshed', { contract_id, error });
      await keepBids(db, contract_id, etag, AFTER_FAILURE_SECONDS);
    },
  );
  return { ...counts, ...report };
}

async function refreshAuction(
  context: WorkerContext,
  { contract_id, etag }: DueAuction,
  signal: AbortSignal | undefined,
  runId: string,
): Promise<'stored' | 'unchanged' | 'unavailable' | 'quarantined'> {
  const { db, esi } = context;
  const answer = await esi.getContractBids(contract_id, etag, signal);
  const seconds = answer.freshSeconds + GRAIN_SECONDS;
  if (answer.kind !== 'bids') {
    await keepBids(db, contract_id, answer.kind === 'unchanged' ? answer.etag : etag, seconds);
    return answer.kind;
  }
  const bids = bidsSchema.safeParse(answer.rows);
  if (!bids.success) {
    await sendToDeadLetter(context, {
      queue: 'maintenance',
      key: `bids-${contract_id}`,
      reason: 'invalid_bids',
      error: describeIssues(bids.error),
      contract_id,
      payload: answer.rows,
      correlation_id: runId,
    });
    await keepBids(db, contract_id, etag, Math.max(seconds, AFTER_MALFORMED_SECONDS));
    return 'quarantined';
  }
  await storeBids(db, contract_id, bids.data, answer.etag, seconds);
  return 'stored';
}
