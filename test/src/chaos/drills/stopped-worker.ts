import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../setup/wait-until.js';
import { requireNone, type Drill } from '../drill.js';
import { createRandom } from '../random.js';
import { requireRecovery } from '../recover.js';
import { findStuckJobs } from '../find-leaks.js';

const MAX_LIFE_MS = 800;
/** Five seconds for the jobs, and what it takes to close everything. */
const GRACE_MS = 10_000;
const LIST = '/contracts/public/{region_id}';

/** SIGTERM in the middle of sweeps and of contracts, with ESI quick or so slow that no request ends in the grace period. */
export function stopWorkers(name: string, stops: number, slowStops: number): Drill {
  return {
    name,
    backends: ['PostgreSQL', 'Redis'],
    timeoutMs: 240_000,
    async run({ open, injected, counted, seed }) {
      const random = createRandom(seed);
      const stage = await open({ latencyMs: 20, esiTimeoutMs: 30_000 });
      let longestMs = 0;
      for (let stop = 0; stop < stops + slowStops; stop += 1) {
        const isSlow = stop >= stops;
        if (isSlow) {
          await stage.moveOn();
          await stage.sandbox('POST', 'faults', { route: LIST, kind: 'slow', delay_ms: 25_000 });
        }
        const worker = stage.workers.start();
        await worker.started;
        await waitUntil(async () => (await stage.requests()).some(({ status }) => status === 0) || !isSlow, {
          what: 'a sweep waits for ESI',
        });
        await sleep(random() * MAX_LIFE_MS);
        const end = await worker.stop();
        await stage.sandbox('DELETE', 'faults');
        longestMs = Math.max(longestMs, end.ms);
        injected[isSlow ? 'SIGTERM while ESI is slow' : 'SIGTERM'] = isSlow ? stop + 1 - stops : stop + 1;
        counted['longest stop'] = `${Math.round(longestMs)} ms`;
        requireNone([
          ...(end.code === 0 ? [] : [`the worker ended with ${end.code ?? end.signal}, not with 0`]),
          ...(end.ms < GRACE_MS ? [] : [`the worker took ${Math.round(end.ms)} ms to stop`]),
          ...(await findStuckJobs(stage)),
        ]);
      }
      await requireRecovery(stage);
      const failed = stage.workers.logged('job failed');
      requireNone(failed === 0 ? [] : [`${failed} jobs failed for good because their worker was stopped`]);
    },
  };
}
