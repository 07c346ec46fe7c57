import { PAUSE_REASONS, type LimitsReport, type ObservedAnswer } from '@hangar-bay/esi-client';
import {
  Counter,
  Gauge,
  Histogram,
  METRIC_PREFIX,
  createCircuitMetrics,
  type CircuitState,
  type Registry,
} from '@hangar-bay/runtime';

const SAMPLE_MS = 1_000;
/** How a request without an answer is shown among the statuses. */
const NO_ANSWER = 'none';

/** What this process asks ESI, what it is answered, and how it is held back. */
export function createEsiMetrics(registry: Registry) {
  const registers = [registry];
  const requests = new Counter({
    name: `${METRIC_PREFIX}esi_requests_total`,
    help: 'Requests sent to ESI, retries included; status is none where no whole answer came',
    labelNames: ['route', 'status'],
    registers,
  });
  const duration = new Histogram({
    name: `${METRIC_PREFIX}esi_request_duration_seconds`,
    help: 'Time from the turn of a request to ESI to the end of its answer, the wait for a connection included',
    labelNames: ['route'],
    buckets: [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
    registers,
  });
  const validators = new Counter({
    name: `${METRIC_PREFIX}esi_validators_total`,
    help: 'Requests with an ETag: hit where ESI answered 304, miss where it sent the body',
    labelNames: ['result'],
    registers,
  });
  const paused = new Counter({
    name: `${METRIC_PREFIX}esi_paused_seconds_total`,
    help: 'Time for which this process held requests back: error_limit, rate_limit of some route, or esi_down',
    labelNames: ['reason'],
    registers,
  });
  ['hit', 'miss'].forEach((result) => validators.inc({ result }, 0));
  PAUSE_REASONS.forEach((reason) => paused.inc({ reason }, 0));

  return {
    observe({ route, status, seconds, validated }: ObservedAnswer): void {
      requests.inc({ route, status: status === null ? NO_ANSWER : String(status) });
      duration.observe({ route }, seconds);
      if (validated && (status === 304 || status === 200)) {
        validators.inc({ result: status === 304 ? 'hit' : 'miss' });
      }
    },

    /** Follows the limits until the returned function is called. */
    watch(esi: { reportLimits(): LimitsReport }): () => void {
      new Gauge({
        name: `${METRIC_PREFIX}esi_error_budget_remaining`,
        help: 'Errors that may still happen in this minute before ESI refuses everything',
        registers,
        collect() {
          this.set(esi.reportLimits().errorBudget);
        },
      });
      createCircuitMetrics(registry).show('esi', () => circuitOf(esi.reportLimits()));
      let sampledAt = performance.now();
      const sampling = setInterval(() => {
        const seconds = (performance.now() - sampledAt) / 1000;
        sampledAt = performance.now();
        esi.reportLimits().pausedBy.forEach((reason) => paused.inc({ reason }, seconds));
      }, SAMPLE_MS);
      sampling.unref();
      return () => clearInterval(sampling);
    },
  };
}

/** The governor is ESI's circuit breaker: once ESI answers nobody, one request in five seconds tries it. */
function circuitOf({ pausedBy, isTried }: LimitsReport): CircuitState {
  if (!pausedBy.includes('esi_down')) {
    return 'closed';
  }
  return isTried ? 'half_open' : 'open';
}
