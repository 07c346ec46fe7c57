import type { QueueName } from '@hangar-bay/queues';
import { Counter, Gauge, Histogram, METRIC_PREFIX, type Registry } from '@hangar-bay/runtime';

/** `retried`: failed, and will be tried again; `failed`: for good. */
export type JobOutcome = 'completed' | 'retried' | 'failed';

/** The jobs of this process. */
export function createJobMetrics(registry: Registry) {
  const registers = [registry];
  const jobs = new Counter({
    name: `${METRIC_PREFIX}jobs_total`,
    help: 'Attempts at jobs that have ended; an entry of the dead-letter queue fails by its nature when it arrives',
    labelNames: ['queue', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: `${METRIC_PREFIX}job_duration_seconds`,
    help: 'Time from taking a job to the end of the attempt',
    labelNames: ['queue'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900],
    registers,
  });
  const wait = new Histogram({
    name: `${METRIC_PREFIX}job_wait_seconds`,
    help: 'Time from when a job could first have been taken to when it was',
    labelNames: ['queue'],
    buckets: [0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600],
    registers,
  });
  const lastTick = new Gauge({
    name: `${METRIC_PREFIX}scheduler_last_tick_timestamp_seconds`,
    help: 'When this process last completed a tick; of several workers, the highest counts',
    registers,
  });
  let endedAt = -Infinity;
  let ticksAtWork = 0;

  return {
    taken(queue: QueueName, waitMs: number): void {
      wait.observe({ queue }, waitMs / 1000);
    },
    ended(queue: QueueName, outcome: JobOutcome, durationMs: number): void {
      endedAt = performance.now();
      jobs.inc({ queue, outcome });
      duration.observe({ queue }, durationMs / 1000);
      if (queue === 'tick' && outcome === 'completed') {
        lastTick.setToCurrentTime();
      }
    },
    /** Runs a job. */
    async run<Result>(queue: QueueName, work: () => Promise<Result>): Promise<Result> {
      const ticks = queue === 'tick' ? 1 : 0;
      ticksAtWork += ticks;
      try {
        return await work();
      } finally {
        ticksAtWork -= ticks;
      }
    },
    isTickAtWork: () => ticksAtWork > 0,
    /** When a job of this process last ended, on the process's clock. */
    lastEndedAt: () => endedAt,
  };
}
