import { findDatabaseProblem } from '@hangar-bay/database';
import { describeQueueProblem, type Consumer, type Handler, type QueueName } from '@hangar-bay/queues';
import { ExitError, type App } from '@hangar-bay/runtime';
import type { WorkerConfig } from './config.js';
import { createContext } from './context.js';
import { createTypeResolver } from './ensure-types.js';
import { createContractJob } from './jobs/contract.js';
import { createDeadLetterJob } from './jobs/dead-letter.js';
import { createMaintenance } from './jobs/maintenance.js';
import { createRegionSweep } from './jobs/region-sweep.js';
import { createTick } from './jobs/tick.js';
import { createProbes } from './probes/probes.js';
import { takeJobs, type JobLimits } from './take-jobs.js';

/** Running jobs may take this long to end after a stop was asked for; then their requests are aborted. */
const GRACE_MS = 5_000;

/** The tick of a process that died holds the next one up; it takes a moment, so its lock need not be long. */
const TICK_LOCK_MS = 10_000;

/** While one contract is asked for, others are looked up, gathered or stored: ESI never waits for the database. */
const CONTRACTS_PER_REQUEST = 4;

export interface WorkerOverrides {
  /** How long the job of a process that died stays taken, at the least. */
  readonly jobLockMs?: number;
  /** A folder on the disk whose space is told; else that of the working directory. */
  readonly diskFolder?: string;
}

export interface WorkerApp extends App {
  /** Resolves when jobs are taken. @throws ExitError where the database or the port is not usable. */
  start(): Promise<{ readonly probeUrl: string }>;
}

/** The process that keeps the copy fresh. */
export function createWorkerApp(
  config: WorkerConfig,
  { jobLockMs, diskFolder = '.' }: WorkerOverrides = {},
): WorkerApp {
  const context = createContext(config, diskFolder);
  const probes = createProbes(context);
  const options = jobLockMs === undefined ? {} : { lockMs: jobLockMs };
  const ensureTypes = createTypeResolver(context);
  const consumers: Consumer[] = [
    take('tick', createTick(context), { lockMs: TICK_LOCK_MS, ...options, concurrency: 1 }),
    take('region-sweep', createRegionSweep(context), {
      ...options,
      concurrency: config.regionConcurrency,
    }),
    take('contract', createContractJob(context, ensureTypes), {
      ...options,
      concurrency: config.contractConcurrency * CONTRACTS_PER_REQUEST,
    }),
    take('maintenance', createMaintenance(context), { ...options, concurrency: 1 }),
    take('dead-letter', createDeadLetterJob(context), { ...options, concurrency: 1 }),
  ];
  let schedules: NodeJS.Timeout | undefined;

  function take<Name extends QueueName>(name: Name, handler: Handler<Name>, limits: JobLimits): Consumer {
    return takeJobs(context, probes, name, handler, limits);
  }

  /** A broker may lose all that it holds under a running worker; without schedules nothing would ever be swept again. */
  function keepSchedules(): void {
    context.producer
      .startSchedules(config.tickSeconds)
      .catch((error: unknown) => context.logger.warn('the schedules could not be checked', { error }));
  }

  async function start(): Promise<{ probeUrl: string }> {
    await context.telemetry.start();
    const probeUrl = await probes.listen();
    const problem =
      (await findDatabaseProblem(config.databaseUrl)) ?? (await describeQueueProblem(config.queueUrl));
    if (problem) {
      throw new ExitError(problem);
    }
    await context.producer.startSchedules(config.tickSeconds);
    schedules = setInterval(keepSchedules, config.tickSeconds * 1000);
    // Reads those that are stored, which the first contracts would wait for; where that fails, they read them.
    await ensureTypes([], undefined).catch((error: unknown) =>
      context.logger.warn('the types that are stored could not be read', { error }),
    );
    await Promise.all(consumers.map((consumer) => consumer.start()));
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
      await context.telemetry.stop();
    },

    reportError: (error) => context.logger.error('uncaught error', { error }),
  };
}
