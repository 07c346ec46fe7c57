import { runProcess } from '@hangar-bay/runtime';
import { createWorkerApp, readWorkerConfig } from '@hangar-bay/worker';

/** A worker as operators run it, for a drill to kill: only the waits that it measures by the minute are shorter. */
const { DRILL_JOB_LOCK_MS, DRILL_ESI_TIMEOUT_MS, ...env } = process.env;
const config = readWorkerConfig(env);

// Nobody else would end it.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.channel?.unref();

await runProcess(() => {
  const app = createWorkerApp(
    { ...config, esi: { ...config.esi, timeoutMs: Number(DRILL_ESI_TIMEOUT_MS) } },
    { jobLockMs: Number(DRILL_JOB_LOCK_MS) },
  );
  return {
    async start() {
      await app.start();
      process.send?.('started');
    },
    stop: () => app.stop(),
  };
});
