import { setTimeout as sleep } from 'node:timers/promises';
import type { Producer } from '@hangar-bay/queues';
import { waitUntil } from '../setup/wait-until.js';
import { findLeaks, findStuckJobs, findStuckSessions } from './find-leaks.js';
import { requireNone } from './drill.js';
import { JOB_LOCK_MS, type Stage } from './stage.js';

const NUDGE_MS = 1_000;
const SWEPT_AGAIN_MS = 45_000;
/** Errors count for a minute, and once too many were caused nothing is asked until they no longer do. */
const SETTLED_MS = 120_000;

/**
 * The end of every drill: the faults stop, the system settles, and the database equals the truth; then the world moves
 * on and does so again, which a region that is never swept any more does not live to see. At last the workers stop, and
 * leave nothing behind.
 *
 * So that nobody waits for what is long by design, it does what an operator would do in the dashboard: asks for the
 * regions, promotes jobs that wait for their next attempt, retries the dead letters.
 *
 * @throws DrillFailure
 */
export async function requireRecovery(stage: Stage): Promise<void> {
  await stage.sandbox('DELETE', 'faults');
  const startedAt = Date.now();
  if (stage.workers.running().length === 0) {
    await stage.workers.startAll(1);
  }
  await stage.moveOn();
  await equalTruth(stage);
  await sweepAllAgain(stage);
  requireNone([...(await stage.differences()), ...(await findStuckSessions(stage))]);
  await takeOverJobs(stage, startedAt);
  await stopAll(stage);
  requireNone([...(await findStuckJobs(stage)), ...(await findLeaks(stage))]);
}

async function equalTruth(stage: Stage): Promise<void> {
  const deadline = Date.now() + SETTLED_MS;
  await stage.withQueues(async (producer) => {
    await producer.addMaintenance('dead-letters', 'drill').catch(() => undefined);
    for (;;) {
      if ((await stage.isSettled()) && (await stage.differences()).length === 0) {
        return;
      }
      if (Date.now() > deadline) {
        requireNone([
          `not within ${SETTLED_MS / 1000} s: the database equals the truth`,
          ...(await describeState(stage)),
          ...(await stage.differences()),
        ]);
      }
      await nudge(stage, producer).catch(() => undefined);
      await sleep(NUDGE_MS);
    }
  });
}

async function nudge(stage: Stage, producer: Producer): Promise<void> {
  const queue = (name: string) => producer.queues.find((each) => each.name === name);
  await queue('contract')?.promoteJobs();
  for (const job of (await queue('dead-letter')?.getFailed()) ?? []) {
    await job.retry();
  }
  // Pages that are to be read again in full, and sweeps that wait for their next try or for a page's cache to expire.
  await stage.query(
    `UPDATE region_pages SET fresh_until = now()
      WHERE fresh_until > now()
        AND (etag IS NULL OR region_id IN (SELECT region_id FROM regions WHERE failed_sweeps > 0))`,
  );
  await stage.query(
    `UPDATE regions SET next_due_at = now()
      WHERE next_due_at > now()
        AND (failed_sweeps > 0 OR region_id IN (SELECT region_id FROM region_pages WHERE etag IS NULL))`,
  );
}

async function sweepAllAgain(stage: Stage): Promise<void> {
  const [{ now } = { now: null }] = await stage.query('SELECT now()');
  await stage.moveOn();
  await waitUntil(
    async () => {
      const rows = await stage.query('SELECT last_complete_sweep_at AS at FROM regions');
      return (
        rows.length === stage.regionIds.length &&
        rows.every(({ at }) => at !== null && (at as Date) > (now as Date))
      );
    },
    { what: 'every region is swept again', timeoutMs: SWEPT_AGAIN_MS },
  ).catch(async (error: unknown) => requireNone([(error as Error).message, ...(await describeState(stage))]));
  await stage.settle();
}

/** Jobs that dead workers held are somebody else's by now. */
async function takeOverJobs(stage: Stage, since: number): Promise<void> {
  await stage.withQueues(({ queues }) =>
    waitUntil(
      async () => {
        const active = await Promise.all(queues.map((queue) => queue.getActive()));
        return active.flat().every(({ processedOn = 0 }) => processedOn >= since);
      },
      { what: 'no job is held by a worker that is dead', timeoutMs: 3 * JOB_LOCK_MS },
    ),
  );
}

async function stopAll(stage: Stage): Promise<void> {
  const ends = await Promise.all(stage.workers.running().map((worker) => worker.stop()));
  requireNone(
    ends
      .filter(({ code }) => code !== 0)
      .map(
        ({ code, signal, ms }) => `a worker ended with ${code ?? signal} ${Math.round(ms)} ms after SIGTERM`,
      ),
  );
}

async function describeState(stage: Stage): Promise<string[]> {
  const regions = await stage.query(
    `SELECT region_id, last_sweep_outcome, failed_sweeps, last_sweep_at, next_due_at, now(),
            (SELECT count(*)::int FROM contracts WHERE contracts.region_id = regions.region_id AND items_state = 'pending')
              AS pending FROM regions`,
  );
  const jobs = await stage.withQueues((producer) =>
    Promise.all(
      producer.queues.map(async (queue) => `${queue.name} ${JSON.stringify(await queue.getJobCounts())}`),
    ),
  );
  return [...regions.map((region) => JSON.stringify(region)), ...jobs];
}
