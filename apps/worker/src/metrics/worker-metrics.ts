import { createMetricsRegistry } from '@hangar-bay/runtime';
import { createEsiMetrics } from './esi-metrics.js';
import { createJobMetrics } from './job-metrics.js';
import { createSweepMetrics } from './sweep-metrics.js';

export type WorkerMetrics = ReturnType<typeof createWorkerMetrics>;

/** What a worker counts; docs/metrics.md lists all of it. */
export function createWorkerMetrics() {
  const registry = createMetricsRegistry();
  return {
    registry,
    ...createSweepMetrics(registry),
    esi: createEsiMetrics(registry),
    jobs: createJobMetrics(registry),
  };
}
