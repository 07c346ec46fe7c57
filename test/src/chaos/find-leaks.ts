import { MAINTENANCE_TASKS } from '@hangar-bay/queues';
import { runSql } from '../setup/run-sql.js';
import { waitUntil } from '../setup/wait-until.js';
import type { Stage } from './stage.js';

/** A statement or transaction of this system is over within milliseconds. */
const LONG = '3 seconds';
const SESSIONS_END_MS = 5_000;

const databases = ({ databaseUrl, queueUrl }: Stage): string[] =>
  [databaseUrl, queueUrl].filter((url) => url.startsWith('postgres'));

/** Sessions that hold a transaction open or wait for a lock, while the workers run. */
export async function findStuckSessions(stage: Stage): Promise<string[]> {
  const found = await Promise.all(
    databases(stage).map((url) =>
      runSql(
        url,
        `SELECT application_name, state, wait_event_type, now() - state_change AS since, left(query, 80) AS query
           FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND now() - state_change > interval '${LONG}'
            AND (state LIKE 'idle in transaction%' OR wait_event_type = 'Lock')`,
      ),
    ),
  );
  return found.flat().map((session) => `a session is stuck: ${JSON.stringify(session)}`);
}

/** Sessions that are left, and contracts that still wait, after the workers have stopped. */
export async function findLeaks(stage: Stage): Promise<string[]> {
  const [{ pending } = { pending: 0 }] = await stage.query(
    `SELECT count(*)::int AS pending FROM contracts WHERE items_state = 'pending' AND gone_at IS NULL`,
  );
  const sessions = await Promise.all(databases(stage).map(countSessions));
  return [
    ...(pending === 0 ? [] : [`${String(pending)} contracts are still pending`]),
    ...sessions.filter((count) => count > 0).map((count) => `${count} sessions are left in PostgreSQL`),
  ];
}

async function countSessions(url: string): Promise<number> {
  let count = 0;
  await waitUntil(
    async () => {
      const [row] = await runSql(
        url,
        `SELECT count(*)::int AS count FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
      );
      count = row?.['count'] as number;
      return count === 0;
    },
    { timeoutMs: SESSIONS_END_MS },
  ).catch(() => undefined);
  return count;
}

/** Jobs that are active without a worker, and deduplication keys that no open job stands behind. */
export function findStuckJobs(stage: Stage): Promise<string[]> {
  return stage.withQueues(async ({ queues }) => {
    const problems: string[] = [];
    for (const queue of queues) {
      const active = await queue.getActiveCount();
      if (active > 0) {
        problems.push(`${active} jobs of ${queue.name} are active without a worker`);
      }
    }
    const keys = {
      'region-sweep': stage.regionIds.map((id) => `region-${id}`),
      maintenance: MAINTENANCE_TASKS as readonly string[],
    };
    for (const [name, ids] of Object.entries(keys)) {
      const queue = queues.find((each) => each.name === name);
      for (const id of ids) {
        const jobId = await queue?.getDeduplicationJobId(id);
        const state = jobId ? await queue?.getJobState(jobId) : 'waiting';
        if (state !== 'waiting' && state !== 'delayed') {
          problems.push(
            `the deduplication key ${id} stands for job ${jobId ?? ''}, which is ${String(state)}`,
          );
        }
      }
    }
    return problems;
  });
}
