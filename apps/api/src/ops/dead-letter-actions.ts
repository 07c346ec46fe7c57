import {
  countOpenDeadLetters,
  discardDeadLetter,
  reopenDeadLetters,
  type DeadLetterEntry,
} from '@hangar-bay/database';
import type { ApiContext } from '../context.js';
import { Problem } from '../http/problem.js';
import { askBroker } from './ask-broker.js';

type Deps = Pick<ApiContext, 'db' | 'producer'>;

/** Entries that one request tries again at the most. */
const MAX_RETRIES = 200;

/**
 * Tries again what an entry is about, as a retry in Bull Board does.
 *
 * @throws Problem not_found.
 */
export async function retryDeadLetter(deps: Deps, id: string): Promise<void> {
  await requireBroker(deps);
  const entries = await reopenDeadLetters(deps.db, { ids: [id] });
  if (entries.length === 0) {
    throw unknownEntry(id);
  }
  await addJobs(deps, entries);
}

/** Tries again what waits for an operator of a reason, up to MAX_RETRIES. */
export async function retryDeadLettersOf(
  deps: Deps,
  reason: string,
): Promise<{ readonly retried: number; readonly remaining: number }> {
  await requireBroker(deps);
  const entries = await reopenDeadLetters(deps.db, { reason, limit: MAX_RETRIES });
  await addJobs(deps, entries);
  return { retried: entries.length, remaining: await countOpenDeadLetters(deps.db, reason) };
}

/**
 * Forgets an entry, here and in the dashboard.
 *
 * @throws Problem not_found.
 */
export async function forgetDeadLetter({ db, producer }: Deps, id: string): Promise<void> {
  if (!(await discardDeadLetter(db, id))) {
    throw unknownEntry(id);
  }
  await askBroker(
    () => producer.removeDeadLetters([id]),
    'The entry is discarded; Bull Board may show it for a few minutes more.',
  );
}

/** Asked first: a broker that is away is no reason to mark entries as retried. */
async function requireBroker({ producer }: Deps): Promise<void> {
  await askBroker(() => producer.ping(), 'Nothing was retried.');
}

/**
 * What an entry is about is wanted again in the database already; this has it done at once. Should it be cut off, the
 * entry comes back within minutes: the worker's reconciliation finds its failed job.
 */
async function addJobs({ producer }: Deps, entries: readonly DeadLetterEntry[]): Promise<void> {
  await askBroker(async () => {
    // First, since a retry can fail again at once and wants to be shown then.
    await producer.removeDeadLetters(entries.map(({ id }) => id));
    const jobs = entries.flatMap(({ queue, contract_id, correlation_id }) =>
      queue === 'contract' && contract_id !== null ? [{ contract_id, run_id: correlation_id }] : [],
    );
    await producer.addContractsAgain(jobs);
  }, 'What was retried is noted, and is tried again, or shown again as failed, when they are back.');
}

export function unknownEntry(id: string): Problem {
  return new Problem(
    'not_found',
    `There is no dead letter ${id}: it was settled, discarded, or never there.`,
  );
}
