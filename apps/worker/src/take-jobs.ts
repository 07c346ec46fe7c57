import { EsiError } from '@hangar-bay/esi-client';
import {
  PauseQueueError,
  createConsumer,
  type Consumer,
  type FinishedJob,
  type Handler,
  type JobContext,
  type Payload,
  type QueueName,
} from '@hangar-bay/queues';
import { currentCorrelation, withCorrelation, type Correlation } from '@hangar-bay/runtime';
import type { WorkerContext } from './context.js';
import { giveUpContract } from './dead-letter.js';
import type { Probes } from './probes/probes.js';

export interface JobLimits {
  readonly concurrency: number;
  readonly lockMs?: number;
}

/**
 * Takes a queue's jobs. Every line that they log carries the job, each end of one is a line, and what fails for good
 * goes to the dead letter. A job continues the trace of what added it.
 */
export function takeJobs<Name extends QueueName>(
  context: WorkerContext,
  probes: Probes,
  name: Name,
  handler: Handler<Name>,
  limits: JobLimits,
): Consumer {
  const { logger, producer, tracing } = context;
  const { jobs } = context.metrics;
  /** What the lines of a job carried, for the line at its end. */
  const correlations = new WeakMap<JobContext, Correlation>();

  async function work(payload: Payload<Name>, job: JobContext): Promise<object> {
    correlations.set(job, currentCorrelation());
    logger.debug('job started', { attempt: job.attempt });
    try {
      return await jobs.run(name, () => handler(payload, job));
    } catch (error) {
      throw error instanceof EsiError && error.kind === 'paused'
        ? new PauseQueueError(error.waitMs ?? 0)
        : error;
    }
  }

  function handle(payload: Payload<Name>, job: JobContext): Promise<object> {
    const entry = tracing.enter(`process ${name}`, {
      kind: 'consumer',
      parent: job.traceParent,
      attributes: {
        'messaging.system': 'bullmq',
        'messaging.destination.name': name,
        'messaging.message.id': job.jobId,
        attempt: job.attempt,
        ...payload,
      },
    });
    return entry.run(() =>
      withCorrelation({ queue: name, job_id: job.jobId, ...payload }, async () => {
        try {
          const result = await work(payload, job);
          entry.end('outcome' in result ? { outcome: String(result.outcome) } : {});
          return result;
        } catch (error) {
          if (error instanceof PauseQueueError) {
            logger.debug('job handed back', { wait_ms: error.waitMs });
            entry.end({ outcome: 'handed_back' });
          } else {
            entry.end({}, error);
          }
          throw error;
        }
      }),
    );
  }

  /** The end of a job comes from outside of its context. */
  function withJob({ taken, jobId, payload }: FinishedJob<Name>, write: () => void): void {
    const known = taken && correlations.get(taken);
    withCorrelation(known ?? { queue: name, job_id: jobId, ...payload }, write);
  }

  return createConsumer<Name>(name, handle, {
    broker: producer.broker,
    ...limits,
    onError: (error, queue) => {
      probes.noteBrokerAway();
      logger.warn('queue connection failed', { queue, error });
    },
    onTaken: (waitMs) => jobs.taken(name, waitMs),
    onCompleted: (job, result) => {
      jobs.ended(name, 'completed', job.durationMs);
      withJob(job, () => logger.info('job done', { duration_ms: job.durationMs, ...result }));
    },
    onFailed: (job, error, final) => {
      jobs.ended(name, final ? 'failed' : 'retried', job.durationMs);
      if (name === 'dead-letter') {
        return;
      }
      withJob(job, () => {
        const fields = { duration_ms: job.durationMs, attempts: job.attempts, error };
        if (final) {
          logger.error('job failed', fields);
        } else {
          logger.warn('job failed, and will be tried again', fields);
        }
        if (final && name === 'contract' && job.payload !== null) {
          giveUpContract(context, job.payload as Payload<'contract'>, error).catch((failure: unknown) =>
            logger.error('a failed contract could not be recorded', { error: failure }),
          );
        }
      });
    },
  });
}
