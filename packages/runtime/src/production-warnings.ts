interface Env {
  readonly NODE_ENV: string;
  readonly METRICS_TOKEN?: string | undefined;
  readonly SENTRY_DSN?: string | undefined;
}

/** What works without being set, and what production misses then; told once, at the start. */
export function describeProductionWarnings({ NODE_ENV, METRICS_TOKEN, SENTRY_DSN }: Env): string[] {
  if (NODE_ENV !== 'production') {
    return [];
  }
  return [
    ...(METRICS_TOKEN === undefined
      ? ['METRICS_TOKEN is not set: /metrics answers only on loopback, and Prometheus elsewhere sees nothing']
      : []),
    ...(SENTRY_DSN === undefined
      ? ['SENTRY_DSN is not set: errors that somebody must act on stand in the log alone']
      : []),
  ];
}
