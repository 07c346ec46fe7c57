import {
  Counter,
  Gauge,
  Histogram,
  METRIC_PREFIX,
  createCircuitMetrics,
  createMetricsRegistry,
  type CircuitMetrics,
  type Registry,
} from '@hangar-bay/runtime';

export type MissingNamesCounter = Counter<'kind'>;

/** What the API counts. A counter is declared here, moved where it happens, and told to the registry at once. */
export interface ApiMetrics {
  readonly registry: Registry;
  readonly httpRequestDuration: Histogram<'method' | 'route' | 'status'>;
  readonly circuits: CircuitMetrics;
  readonly rateLimitFallback: Gauge;
  readonly missingNames: MissingNamesCounter;
  readonly cacheRequests: Counter<'result'>;
  readonly cacheRenewals: Counter;
  readonly cacheBytes: Gauge;
  readonly changeListenerConnected: Gauge;
  readonly streamsOpen: Gauge;
  readonly streamsClosed: Counter<'reason'>;
  readonly streamEvents: Counter<'event'>;
}

export function createApiMetrics(): ApiMetrics {
  const registry = createMetricsRegistry();
  const registers = [registry];
  return {
    registry,
    httpRequestDuration: new Histogram({
      name: `${METRIC_PREFIX}http_request_duration_seconds`,
      help: 'Time from a request to the end of its answer; route is a pattern, or unmatched',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
      registers,
    }),
    circuits: createCircuitMetrics(registry),
    rateLimitFallback: new Gauge({
      name: `${METRIC_PREFIX}rate_limit_fallback`,
      help: '1 while requests are counted by this instance alone, since the shared store does not answer',
      registers,
    }),
    missingNames: new Counter({
      name: `${METRIC_PREFIX}missing_names_total`,
      help: 'Names that answers lacked, by what has no name; structures, whose names are not public, do not count',
      labelNames: ['kind'],
      registers,
    }),
    cacheRequests: new Counter({
      name: `${METRIC_PREFIX}response_cache_requests_total`,
      help: 'Questions to the cache of answers: hit, miss, joined to the same question, or bypassed since the version of the data is not known; stale, besides, where an older answer was given since no database answered',
      labelNames: ['result'],
      registers,
    }),
    cacheRenewals: new Counter({
      name: `${METRIC_PREFIX}response_cache_renewals_total`,
      help: 'Answers read anew after a change of the data, before anybody asked for them again',
      registers,
    }),
    cacheBytes: new Gauge({
      name: `${METRIC_PREFIX}response_cache_bytes`,
      help: 'What the cache of answers holds',
      registers,
    }),
    changeListenerConnected: new Gauge({
      name: `${METRIC_PREFIX}change_listener_connected`,
      help: '1 while the connection is there that listens for changes of the data',
      registers,
    }),
    streamsOpen: new Gauge({
      name: `${METRIC_PREFIX}streams_open`,
      help: 'Open event streams',
      registers,
    }),
    streamsClosed: new Counter({
      name: `${METRIC_PREFIX}streams_closed_total`,
      help: 'Event streams that ended: by the client, as too slow a reader, since its events could not be had, or with this process',
      labelNames: ['reason'],
      registers,
    }),
    streamEvents: new Counter({
      name: `${METRIC_PREFIX}stream_events_total`,
      help: 'Events that were handed to the streams of this process, each once however many streams took it',
      labelNames: ['event'],
      registers,
    }),
  };
}
