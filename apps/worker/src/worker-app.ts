import { findDatabaseProblem } from '@hangar-bay/database';
import { EsiError } from '@hangar-bay/esi-client';
import {
  PauseQueueError,
  createConsumer,
  describeQueueProblem,
  type Consumer,
  type Handler,
  type Payload,
  type QueueName,
} from '@hangar-bay/queues';
import { ExitError, withCorrelation, type App } from '@hangar-bay/runtime';
import type { WorkerConfig } from './config.js';
import { createContext, type WorkerContext } from './context.js';
import { giveUpContract } from './dead-letter.js';
import { createTypeResolver } from './ensure-types.js';
import { createContractJob } from './jobs/contract.js';
import { createDeadLetterJob } from './jobs/dead-letter.js';
import { createMaintenance } from './jobs/maintenance.js';
import { createRegionSweep } from './jobs/region-sweep.js';
import { createTick } from './jobs/tick.js';
import { createProbes, type Probes } from './probes/probes.js';

/** Running jobs may take this long to end after a stop was asked for; then their requests are aborted. */
const GRACE_MS = 5_000;

/** The tick of a process that died holds the next one up; it takes a moment, so its lock need not be long. */
const TICK_LOCK_MS = 10_000;

export interface WorkerOverrides {
  /** How long the job of a process that died stays taken, at the least. */
  readonly jobLockMs?: number;
}

export interface WorkerApp extends App {
  /** Resolves when jobs are taken. @throws ExitError where the database or the port is not usable. */
  start(): Promise<{ readonly probeUrl: string }>;
}

/** The process that keeps the copy fresh. */
export function createWorkerApp(config: WorkerConfig, { jobLockMs }: WorkerOverrides = {}): WorkerApp {
  const context = createContext(config);
  const probes = createProbes(context);
  const options = jobLockMs === undefined ? {} : { lockMs: jobLockMs };
  const contractJob = createContractJob(context, createTypeResolver(context));
  const consumers: Consumer[] = [
    take('tick', createTick(context), { lockMs: TICK_LOCK_MS, ...options, concurrency: 1 }),
    take('region-sweep', createRegionSweep(context), {
      ...options,
      concurrency: config.regionConcurrency,
    }),
    take('contract', contractJob, { ...options, concurrency: config.contractConcurrency }),
    take('maintenance', createMaintenance(context), { ...options, concurrency: 1 }),
    take('dead-letter', createDeadLetterJob(context), { ...options, concurrency: 1 }),
  ];
  let schedules: NodeJS.Timeout | undefined;

  function take<Name extends QueueName>(name: Name, handler: Handler<Name>, limits: JobLimits): Consumer {
    return consume(context, probes, name, handler, limits);
  }

  /** A broker may lose all that it holds under a running worker; without schedules nothing would ever be swept again. */
  function keepSchedules(): void {
    context.producer
      .startSchedules(config.tickSeconds)
      .catch((error: unknown) => context.logger.warn('the schedules could not be checked', { error }));
  }

  async function start(): Promise<{ probeUrl: string }> {
    const probeUrl = await probes.listen();
    const problem =
      (await findDatabaseProblem(config.databaseUrl)) ?? (await describeQueueProblem(config.queueUrl));
    if (problem) {
      throw new ExitError(problem);
    }
    await context.producer.startSchedules(config.tickSeconds);
    schedules = setInterval(keepSchedules, config.tickSeconds * 1000);
    consumers.forEach((consumer) => consumer.start());
    probes.enter('running');
    config.warnings.forEach((warning) => context.logger.warn(warning));
    context.logger.info('worker started', { tick_seconds: config.tickSeconds, probe_url: probeUrl });
    return { probeUrl };
  }

  let starting: ReturnType<typeof start> | undefined;

  return {
    start: () => (starting = start()),

    async stop() {
      probes.enter('stopping');
      // A consumer that were started after its stop would never end.
      await Promise.allSettled([starting]);
      clearInterval(schedules);
      await Promise.all(consumers.map((consumer) => consumer.stop(GRACE_MS)));
      await probes.close();
      await context.producer.close();
      await context.esi.close();
      await context.db.$disconnect();
      context.logger.info('worker stopped');
    },
  };
}

interface JobLimits {
  readonly concurrency: number;
  readonly lockMs?: number;
}

/** Takes a queue's jobs; every line that they log carries the job, and what fails for good goes to the dead letter. */
function consume<Name extends QueueName>(
  context: WorkerContext,
  probes: Probes,
  name: Name,
  handler: Handler<Name>,
  limits: JobLimits,
): Consumer {
  const { logger, producer } = context;
  const { jobs } = context.metrics;
  return createConsumer<Name>(
    name,
    (payload, job) =>
      withCorrelation({ queue: name, job_id: job.jobId, ...payload }, async () => {
        try {
          return await jobs.run(name, () => handler(payload, job));
        } catch (error) {
          if (error instanceof EsiError && error.kind === 'paused') {
            throw new PauseQueueError(error.waitMs ?? 0);
          }
          throw error;
        }
      }),
    {
      broker: producer.broker,
      ...limits,
      onError: (error, queue) => {
        probes.noteBrokerAway();
        logger.warn('queue connection failed', { queue, error });
      },
      onTaken: (waitMs) => jobs.taken(name, waitMs),
      onCompleted: ({ jobId, durationMs }, result) => {
        jobs.ended(name, 'completed', durationMs);
        logger.info('job done', { queue: name, job_id: jobId, duration_ms: durationMs, ...result });
      },
      onFailed: (job, error, final) => {
        jobs.ended(name, final ? 'failed' : 'retried', job.durationMs);
        if (name === 'dead-letter') {
          return;
        }
        logger.warn('job failed', { queue: name, job_id: job.jobId, attempts: job.attempts, final, error });
        if (final && name === 'contract' && job.payload !== null) {
          giveUpContract(context, job.payload as Payload<'contract'>, error).catch((failure: unknown) =>
            logger.error('a failed contract could not be recorded', { job_id: job.jobId, error: failure }),
          );
        }
      },
    },
  );
}
