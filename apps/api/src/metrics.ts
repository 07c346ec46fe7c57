import { createMetricsRegistry, type Registry } from '@hangar-bay/runtime';

/** What the API counts. A counter is declared here, moved where it happens, and told to the registry at once. */
export interface ApiMetrics {
  readonly registry: Registry;
}

export function createApiMetrics(): ApiMetrics {
  return { registry: createMetricsRegistry() };
}
