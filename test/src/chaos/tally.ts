import type { Counts } from './drill.js';
import type { Stage } from './stage.js';

/** Adds what happened on a stage: requests, sweeps, retries, dead letters. */
export async function tally(stage: Stage, counted: Counts): Promise<void> {
  const requests = await stage.requests();
  counted['requests'] = requests.length;
  counted['of them not 2xx or 3xx'] = requests.filter(({ status }) => status < 200 || status >= 400).length;
  counted['retries'] = stage.workers.logged('job failed, and will be tried again');
  counted['jobs failed'] = stage.workers.logged('job failed');
  counted['dead letters'] = stage.workers.logged('sent to the dead letter');
  const sweeps = await stage.query(
    'SELECT outcome, count(*)::int AS count FROM sweeps GROUP BY outcome ORDER BY 1',
  );
  counted['sweeps'] = sweeps.map(({ outcome, count }) => `${String(count)} ${String(outcome)}`).join(', ');
  counted['dead letters left'] = await stage.count('dead_letters');
}
