import type { WorkerContext } from '../context.js';
import { createLiveness } from './liveness.js';
import { createProbeServer } from './probe-server.js';
import { createReadiness, type Phase } from './readiness.js';

export type Probes = ReturnType<typeof createProbes>;

/** What the outside sees of this worker: health and metrics. */
export function createProbes({ config, db, esi, metrics, producer }: WorkerContext) {
  const liveness = createLiveness({
    producer,
    tickSeconds: config.tickSeconds,
    lastJobEndedAt: metrics.jobs.lastEndedAt,
    isTickAtWork: metrics.jobs.isTickAtWork,
  });
  const readiness = createReadiness({ databaseUrl: config.databaseUrl, db, producer });
  const server = createProbeServer({ ...config.probes, registry: metrics.registry, liveness, readiness });
  const stopWatching = metrics.esi.watch(esi);

  return {
    /** @returns where they answer. @throws ExitError where the port is not to be had. */
    listen: () => server.listen(),
    enter: (phase: Phase) => readiness.enter(phase),
    noteBrokerAway: () => liveness.noteBrokerAway(),
    async close(): Promise<void> {
      stopWatching();
      await server.close();
    },
  };
}
