interface Env {
  readonly NODE_ENV: string;
  readonly METRICS_TOKEN?: string | undefined;
}

/** What works without being set, and what production misses then; told once, at the start. */
export function describeProductionWarnings({ NODE_ENV, METRICS_TOKEN }: Env): string[] {
  return NODE_ENV === 'production' && METRICS_TOKEN === undefined
    ? ['METRICS_TOKEN is not set: /metrics answers only on loopback, and Prometheus elsewhere sees nothing']
    : [];
}
