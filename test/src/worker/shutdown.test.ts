import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openStage, type Stage } from '../chaos/stage.js';
import { requireRecovery } from '../chaos/recover.js';
import type { WorkerProcess } from '../chaos/worker-processes.js';
import { findFreePort } from '../setup/find-free-port.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { UNCAUGHT_ON_SIGNAL } from '../setup/uncaught-on-signal.js';
import { waitUntil } from '../setup/wait-until.js';

const ITEMS = { route: '/contracts/public/items/{contract_id}', kind: 'slow' };
const ITEMS_MS = 2_500;
/** Five seconds for the jobs, and what it takes to close everything. */
const GRACE_MS = 10_000;
const TEST_MS = 150_000;

// On both backends, and more often: the drill `stopped-worker` of `pnpm chaos`.
describe.each(testQueueUrls().slice(-1))('a worker at work, queues on $backend', ({ open }) => {
  let stage: Stage;
  let worker: WorkerProcess;
  let probes: string;

  beforeEach(async () => {
    const port = await findFreePort();
    probes = `http://127.0.0.1:${port}`;
    stage = await openStage({
      ...{ queue: open, contracts: 60, esiTimeoutMs: 30_000 },
      workerEnv: { PROBE_PORT: String(port), NODE_OPTIONS: `--import=${UNCAUGHT_ON_SIGNAL}` },
    });
    await stage.sandbox('POST', 'faults', { ...ITEMS, delay_ms: ITEMS_MS });
    [worker] = (await stage.workers.startAll(1)) as [WorkerProcess];
    await waitUntil(isAtWork, { what: 'items are fetched', timeoutMs: 20_000 });
  }, TEST_MS);

  afterEach(() => stage.close());

  const isAtWork = async (): Promise<boolean> =>
    (await stage.requests()).some(({ path, status }) => status === 0 && path.includes('/items/'));

  /** Others do the rest, and nothing was given up because a worker went away. */
  async function expectNothingLost(): Promise<void> {
    await requireRecovery(stage);
    expect(stage.workers.logged('job failed, for good')).toBe(0);
  }

  test(
    'that is told to stop is unready at once, ends when its jobs have, and loses none',
    async () => {
      const end = worker.stop();
      await waitUntil(async () => (await fetch(`${probes}/health/ready`)).status === 503, {
        what: 'the worker is unready',
      });
      expect(await isAtWork()).toBe(true);
      const { code, ms } = await end;
      expect([code, ms < GRACE_MS]).toEqual([0, true]);
      await expectNothingLost();
    },
    TEST_MS,
  );

  test(
    'stops the same way after an error that nobody caught, with a code that is not 0',
    async () => {
      worker.child.kill('SIGUSR1');
      await waitUntil(() => !worker.isRunning(), { what: 'the worker has ended', timeoutMs: GRACE_MS });
      expect(worker.child.exitCode).toBe(1);
      expect(stage.workers.complaints().join('\n')).toContain('nobody caught this');
      await expectNothingLost();
    },
    TEST_MS,
  );
});
