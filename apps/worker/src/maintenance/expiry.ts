import { endExpiredContracts } from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';

const CONTRACTS_PER_STATEMENT = 500;
/** The next job goes on. */
const MAX_MS = 20_000;

/** Marks contracts as ended whose date has passed, so that the indexes of what is on offer hold nothing else. */
export async function endExpired({ db }: WorkerContext, signal: AbortSignal | undefined): Promise<object> {
  const deadline = performance.now() + MAX_MS;
  let ended = 0;
  while (performance.now() < deadline) {
    signal?.throwIfAborted();
    const marked = await endExpiredContracts(db, CONTRACTS_PER_STATEMENT);
    ended += marked;
    if (marked === 0) {
      break;
    }
  }
  return { ended };
}
