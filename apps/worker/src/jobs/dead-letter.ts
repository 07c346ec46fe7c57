import { reopenDeadLetters } from '@hangar-bay/database';
import { GiveUpError, type Handler } from '@hangar-bay/queues';
import type { WorkerContext } from '../context.js';

/**
 * Lets operators work from the dashboard: a new entry fails at once, with its reason, and so stands among the failed
 * jobs; retrying that job tries again what the entry is about. What fails again comes back as the same entry.
 */
export function createDeadLetterJob(context: WorkerContext): Handler<'dead-letter'> {
  return async ({ dead_letter_id, reason, error }, { attempt }) => {
    if (attempt === 1) {
      throw new GiveUpError(`${reason}: ${error}`);
    }
    return retryDeadLetter(context, dead_letter_id);
  };
}

async function retryDeadLetter({ db, producer }: WorkerContext, id: string): Promise<object> {
  const [entry] = await reopenDeadLetters(db, { ids: [id] });
  if (entry === undefined) {
    return { outcome: 'nothing to retry: it was settled or discarded' };
  }
  if (entry.queue === 'contract' && entry.contract_id !== null) {
    await producer.addContractsAgain([{ contract_id: entry.contract_id, run_id: entry.correlation_id }]);
  }
  return { outcome: 'retried' };
}
