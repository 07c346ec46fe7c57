import { Registry, collectDefaultMetrics } from 'prom-client';

export { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Every metric of ours begins with it. */
export const METRIC_PREFIX = 'hangar_bay_';

/** A registry of one process or app, with Node's own figures. Apps of one process have one each. */
export function createMetricsRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
