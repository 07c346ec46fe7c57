import { markFailed, markUnavailable, recordDeadLetter, type DeadLetter } from '@hangar-bay/database';
import type { Payload, QueueName } from '@hangar-bay/queues';
import type { WorkerContext } from './context.js';
import { PoisonedError } from './poisoned-error.js';

export interface Failure extends Omit<DeadLetter, 'id' | 'queue'> {
  readonly queue: QueueName;
  /** Names what failed, within its queue. */
  readonly key: string | number;
}

/** What of an entry its job in the dashboard shows. */
interface DashboardEntry {
  readonly id: string;
  readonly reason: string;
  readonly error: string;
  readonly region_id?: number | null | undefined;
  readonly contract_id?: number | null | undefined;
  readonly correlation_id: string;
}

/**
 * Puts something that failed for good where operators find it: a row, which is the truth, and a job of the same id for
 * the dashboard. The row comes first, so that a broker that is away loses nothing.
 */
export async function sendToDeadLetter(context: WorkerContext, { key, ...failure }: Failure): Promise<void> {
  const id = `dlq-${failure.queue}-${key}`;
  await recordDeadLetter(context.db, { id, ...failure });
  context.logger.warn('sent to the dead letter', {
    dead_letter_id: id,
    reason: failure.reason,
    detail: failure.error,
  });
  await addDeadLetterJob(context, { id, ...failure });
}

export async function addDeadLetterJob({ producer }: WorkerContext, entry: DashboardEntry): Promise<void> {
  await producer.addDeadLetter({
    dead_letter_id: entry.id,
    reason: entry.reason,
    error: entry.error.slice(0, 500),
    region_id: entry.region_id ?? undefined,
    contract_id: entry.contract_id ?? undefined,
    run_id: entry.correlation_id,
  });
}

/**
 * Gives a contract up whose job failed for good. Where ESI could not be had for long, or may answer otherwise later, it
 * is asked again some generations on, as after a refusal. Else nobody asks again before an operator says so.
 */
export async function giveUpContract(
  context: WorkerContext,
  { contract_id, run_id }: Payload<'contract'>,
  error: Error,
): Promise<void> {
  const { reason, payload, askAgain } =
    error instanceof PoisonedError
      ? error.poison
      : { reason: 'attempts_exhausted', payload: null, askAgain: true };
  // The entry first: a crash in between leaves a pending contract, which the reconciliation finds.
  await sendToDeadLetter(context, {
    queue: 'contract',
    key: contract_id,
    contract_id,
    reason,
    error: error.message,
    payload,
    correlation_id: run_id,
  });
  await (askAgain ? markUnavailable : markFailed)(context.db, contract_id);
  context.metrics.contracts('failed');
}
