import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { UnrecoverableError, WaitingError, type Job, type Worker } from 'bullmq';
import type { Broker } from './connection.js';
import { QUEUES, type Payload, type QueueName } from './registry.js';

/** Thrown by a handler: do not run jobs of this queue for `waitMs`; this one keeps its attempts. */
export class PauseQueueError extends Error {
  override name = 'PauseQueueError';
  /** Whole, and at least 1: the brokers know no other wait. */
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(`Queue paused for ${Math.ceil(waitMs / 1000)} s`);
    this.waitMs = Math.max(1, Math.ceil(waitMs));
  }
}

/** Thrown by a handler: another attempt would fail the same way. */
export class GiveUpError extends Error {
  override name = 'GiveUpError';
}

export interface JobContext {
  readonly jobId: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborted when the process stops. */
  readonly signal: AbortSignal | undefined;
  /** The `traceparent` that the job carries. */
  readonly traceParent: string | undefined;
}

/** Returns what the dashboard shows as the job's result. */
export type Handler<Name extends QueueName> = (
  payload: Payload<Name>,
  context: JobContext,
) => Promise<object>;

export interface FinishedJob<Name extends QueueName> {
  readonly payload: Payload<Name> | null;
  /** What the handler was given; undefined where it was not called. */
  readonly taken: JobContext | undefined;
  readonly jobId: string;
  readonly attempts: number;
  /** Milliseconds from taking the job to its end. */
  readonly durationMs: number;
}

export interface ConsumerOptions<Name extends QueueName> {
  /** A producer's; it must not be closed before the consumer. */
  readonly broker: Broker;
  readonly concurrency: number;
  /** How long the job of a process that died stays taken, at the least; twice as long at the most. Milliseconds. */
  readonly lockMs?: number;
  readonly onError: (error: Error, queue: QueueName) => void;
  /** A job is taken for its first attempt, so many milliseconds after it could have been. */
  readonly onTaken?: (waitMs: number) => void;
  readonly onCompleted: (job: FinishedJob<Name>, result: object) => void;
  /** `final`: it will not be tried again. */
  readonly onFailed: (job: FinishedJob<Name>, error: Error, final: boolean) => void;
}

export interface Consumer {
  /** Starts taking jobs. @throws where the broker does not answer soon: then it never takes any. */
  start(): Promise<void>;
  /** Takes no more jobs, aborts the running ones' signals after `graceMs`, and waits for them. */
  stop(graceMs: number): Promise<void>;
}

const LOCK_MS = 30_000;
const READY_WITHIN_MS = 10_000;
/** Deaths of its process that a job survives. One that keeps killing processes must end too, but not by two accidents. */
const MAX_STALLS = 10;

export function createConsumer<Name extends QueueName>(
  name: Name,
  handler: Handler<Name>,
  { broker, concurrency, lockMs = LOCK_MS, onError, onTaken, onCompleted, onFailed }: ConsumerOptions<Name>,
): Consumer {
  const { classes, prefix, consumer, producer } = broker;
  // Only to pause it: a worker cannot do that by itself.
  const queue = new classes.Queue(name, {
    connection: producer,
    prefix,
    skipWaitingForReady: true,
    skipVersionCheck: true,
  });
  const running = new Set<Promise<object>>();
  const taken = new WeakMap<Job, JobContext>();
  const worker: Worker = new classes.Worker(
    name,
    async (job, token, signal) => {
      if (signal) {
        // Every request of the job listens to it; ten, Node's default, is no sign of a leak here.
        setMaxListeners(0, signal);
      }
      if (job.attemptsMade === 0) {
        onTaken?.(Math.max(0, Date.now() - job.timestamp - (job.opts.delay ?? 0)));
      }
      const payload = QUEUES[name].payload.safeParse(job.data);
      if (!payload.success) {
        throw new UnrecoverableError(
          `The payload of ${name} job ${job.id} is not usable: ${payload.error.message}`,
        );
      }
      try {
        const context = {
          jobId: job.id ?? '',
          attempt: job.attemptsMade + 1,
          signal,
          traceParent: job.opts.telemetry?.metadata,
        };
        taken.set(job, context);
        return await run(handler(payload.data as Payload<Name>, context));
      } catch (error) {
        if (signal?.aborted) {
          // Cut short by a stop: back to the queue, without having used an attempt.
          await job.moveToWait(token);
          throw new WaitingError();
        }
        if (error instanceof PauseQueueError) {
          await queue.rateLimit(error.waitMs);
          throw classes.Worker.RateLimitError();
        }
        if (error instanceof GiveUpError) {
          throw Object.assign(new UnrecoverableError(error.message), { cause: error });
        }
        throw error;
      }
    },
    {
      connection: consumer,
      prefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: MAX_STALLS,
      autorun: false,
    },
  );
  queue.on('error', (error) => onError(error, name));
  worker.on('error', (error) => onError(error, name));
  worker.on('completed', (job, result: object) => onCompleted(describe(name, job, taken.get(job)), result));
  worker.on('failed', (job, error) => {
    if (job) {
      // attemptsMade tells nothing of jobs that gave up early or stalled too often; finishedOn does.
      const original = error.cause instanceof GiveUpError ? error.cause : error;
      onFailed(describe(name, job, taken.get(job)), original, job.finishedOn !== undefined);
    }
  });

  return {
    async start() {
      // A worker whose first connection failed would ask for jobs for ever, and let nothing else run.
      await withinTime(worker.waitUntilReady());
      worker.run().catch((error: unknown) => onError(error as Error, name));
    },
    async stop(graceMs) {
      const deadline = setTimeout(() => worker.cancelAllJobs('the process is stopping'), graceMs);
      // BullMQ's close never ends while Redis is away: https://github.com/taskforcesh/bullmq/issues/4656. So the jobs
      // are waited for here, and the connections cut; a job whose end was not recorded is run again, by whoever is next.
      if (!(await broker.isConnected(worker))) {
        await worker.pause(true);
        await endOf(running);
      }
      await worker.close(!(await broker.isConnected(worker)));
      clearTimeout(deadline);
      await broker.closeQueue(queue);
    },
  };

  function run(job: Promise<object>): Promise<object> {
    running.add(job);
    return job.finally(() => running.delete(job));
  }
}

async function withinTime(ready: Promise<unknown>): Promise<void> {
  const timeout = new AbortController();
  const isReady = await Promise.race([
    ready.then(() => true),
    wait(READY_WITHIN_MS, false, { signal: timeout.signal }).catch(() => false),
  ]).finally(() => timeout.abort());
  if (!isReady) {
    throw new Error(`The broker did not answer within ${READY_WITHIN_MS / 1000} s`);
  }
}

/** Also of those that begin meanwhile. */
async function endOf(running: ReadonlySet<Promise<unknown>>): Promise<void> {
  while (running.size > 0) {
    await Promise.allSettled(running);
  }
}

function describe<Name extends QueueName>(
  name: Name,
  job: Job,
  taken: JobContext | undefined,
): FinishedJob<Name> {
  const payload = QUEUES[name].payload.safeParse(job.data);
  return {
    payload: payload.success ? (payload.data as Payload<Name>) : null,
    taken,
    jobId: job.id ?? '',
    attempts: job.attemptsMade,
    durationMs: (job.finishedOn ?? Date.now()) - (job.processedOn ?? Date.now()),
  };
}
