import { recordDeadLetter, type DeadLetter } from '@hangar-bay/database';
import type { QueueName } from '@hangar-bay/queues';
import type { WorkerContext } from './context.js';

export interface Failure extends Omit<DeadLetter, 'id' | 'queue'> {
  readonly queue: QueueName;
  /** Names what failed, within its queue. */
  readonly key: string | number;
}

/**
 * Puts something that failed for good where operators find it: a row, which is the truth, and a job of the same id for
 * the dashboard. The row comes first, so that a broker that is away loses nothing.
 */
export async function sendToDeadLetter(
  { db, producer, logger }: WorkerContext,
  { key, ...failure }: Failure,
): Promise<void> {
  const id = `dlq-${failure.queue}-${key}`;
  await recordDeadLetter(db, { id, ...failure });
  logger.warn('sent to the dead letter', {
    dead_letter_id: id,
    reason: failure.reason,
    detail: failure.error,
  });
  await producer.addDeadLetter({
    dead_letter_id: id,
    reason: failure.reason,
    error: failure.error.slice(0, 500),
    region_id: failure.region_id,
    contract_id: failure.contract_id,
    run_id: failure.correlation_id,
  });
}
