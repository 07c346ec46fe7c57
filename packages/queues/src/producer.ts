import type { Job, JobsOptions, Queue } from 'bullmq';
import { openBroker, type Broker, type BrokerOptions } from './connection.js';
import { QUEUES, QUEUE_NAMES, type MaintenanceTask, type Payload, type QueueName } from './registry.js';

export interface ProducerOptions extends BrokerOptions {
  /** Called with every connection error; BullMQ reconnects by itself. */
  readonly onError: (error: Error, queue: QueueName) => void;
  /** The `traceparent` of what adds a job, which the job then carries; undefined: it carries none. */
  readonly carryTrace?: () => string | undefined;
}

/** A region that is due, and in how many milliseconds. */
export interface DueRegion extends Payload<'region-sweep'> {
  readonly delay_ms: number;
}

/** The jobs of a queue by their state; finished ones leave by themselves. */
export interface JobCounts {
  readonly queue: QueueName;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  /** An operator has paused it. */
  readonly isPaused: boolean;
}

/** On PostgreSQL, BullMQ counts the waiting jobs of a paused queue apart, by a name that its types leave out. */
const WAITING_IN_PAUSED = 'paused' as 'waiting';

/** How often it is looked for failures whose recording was lost. */
const RECONCILE_SECONDS = 300;
const RETENTION_SECONDS = 3_600;

/**
 * One statement or pipeline for so many jobs. A thousand at a time hold the process up for 80 ms, in which no request
 * goes out; fewer take longer, on PostgreSQL two thirds more.
 */
const BULK_SIZE = 100;
/** Regions that can have a job: there are about a hundred. */
const MOST_REGIONS = 1_000;

/** Adds jobs, each deduplicated by what it is about. Everything that is pending can be added again at any time. */
export interface Producer {
  /** One job per region until it is finished, whoever asks for it. */
  addRegionSweeps(regions: readonly DueRegion[]): Promise<void>;
  addContracts(jobs: readonly Payload<'contract'>[]): Promise<void>;
  /** The same for contracts whose finished jobs may still be there, which would swallow a new one of their id. */
  addContractsAgain(jobs: readonly Payload<'contract'>[]): Promise<void>;
  /** Contract jobs that failed for good, the newest first, with what their last error said. */
  listFailedContracts(limit: number): Promise<{ payload: Payload<'contract'>; error: string }[]>;
  addMaintenance(task: MaintenanceTask, runId: string): Promise<void>;
  addDeadLetter(payload: Payload<'dead-letter'>): Promise<void>;
  /** Takes entries off the dashboard. One that a worker holds stays: it leaves by itself. */
  removeDeadLetters(ids: readonly string[]): Promise<void>;
  /** Ids of the entries that stand among the failed jobs, the newest first. */
  listShownDeadLetters(limit: number): Promise<string[]>;
  /** Regions that have a job, and whether it runs already. */
  listRegionSweeps(): Promise<Map<number, 'running' | 'waiting'>>;
  /** Makes the tick repeat, the reconciliation of the dead letter, and retention. */
  startSchedules(tickSeconds: number): Promise<void>;
  /** What the queues are on, for consumers of the same process; closed with the producer, after them. */
  readonly broker: Broker;
  /** The queues themselves, for a dashboard. */
  readonly queues: readonly Queue[];
  countJobs(): Promise<JobCounts[]>;
  /** The last tick that has ended on any worker, if one is kept, and whether one is at work. */
  readTicks(): Promise<{ readonly lastId: string | null; readonly isRunning: boolean }>;
  /** Asks the broker for something small. @throws where it does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export function createProducer({
  onError,
  carryTrace = () => undefined,
  ...brokerOptions
}: ProducerOptions): Producer {
  const broker = openBroker(brokerOptions);
  const { classes, prefix, producer: connection } = broker;
  const byName = new Map(
    QUEUE_NAMES.map((name) => {
      const queue = new classes.Queue(name, {
        connection,
        prefix,
        skipWaitingForReady: true,
        // Asking for it would fail where Redis is away at the start, and the queue then never comes to work.
        skipVersionCheck: true,
        defaultJobOptions: QUEUES[name].jobOptions,
      });
      broker.keepTrying(queue);
      queue.on('error', (error) => onError(error, name));
      return [name, queue] as const;
    }),
  );
  const queue = (name: QueueName): Queue => byName.get(name) as Queue;

  /** Where BullMQ keeps it: beside the payload, whose schema knows nothing of it. */
  function traced(): Pick<JobsOptions, 'telemetry'> {
    const metadata = carryTrace();
    return metadata === undefined ? {} : { telemetry: { metadata } };
  }

  async function addContracts(jobs: readonly Payload<'contract'>[]): Promise<void> {
    for (let start = 0; start < jobs.length; start += BULK_SIZE) {
      await queue('contract').addBulk(
        jobs.slice(start, start + BULK_SIZE).map((payload) => ({
          name: 'contract',
          data: QUEUES.contract.payload.parse(payload),
          opts: { jobId: `contract-${payload.contract_id}`, ...traced() },
        })),
      );
    }
  }

  /** An unchanged schedule is left alone, so that its next run does not move. */
  async function schedule(name: QueueName, seconds: number, id: string, data: object): Promise<void> {
    const existing = await queue(name).getJobScheduler(id);
    if (existing?.every !== seconds * 1000) {
      await queue(name).upsertJobScheduler(id, { every: seconds * 1000 }, { name: id, data });
    }
  }

  return {
    async addRegionSweeps(regions) {
      await queue('region-sweep').addBulk(
        regions.map(({ delay_ms, ...payload }) => ({
          name: 'region-sweep',
          data: QUEUES['region-sweep'].payload.parse(payload),
          opts: { delay: delay_ms, deduplication: { id: `region-${payload.region_id}` }, ...traced() },
        })),
      );
    },

    addContracts,

    async addContractsAgain(jobs) {
      // Two statements a job, which is why new contracts do not go this way.
      await Promise.all(jobs.map(({ contract_id }) => queue('contract').remove(`contract-${contract_id}`)));
      await addContracts(jobs);
    },

    async listFailedContracts(limit) {
      const jobs = await queue('contract').getFailed(0, limit - 1);
      return jobs.flatMap((job) => {
        const payload = QUEUES.contract.payload.safeParse(job.data);
        return payload.success ? [{ payload: payload.data, error: job.failedReason }] : [];
      });
    },

    async addMaintenance(task, runId) {
      await queue('maintenance').add(task, QUEUES.maintenance.payload.parse({ task, run_id: runId }), {
        deduplication: { id: task },
        ...traced(),
      });
    },

    async addDeadLetter(payload) {
      await queue('dead-letter').add(payload.reason, QUEUES['dead-letter'].payload.parse(payload), {
        jobId: payload.dead_letter_id,
        ...traced(),
      });
    },

    async removeDeadLetters(ids) {
      await Promise.all(ids.map((id) => queue('dead-letter').remove(id)));
    },

    async listShownDeadLetters(limit) {
      const jobs = await queue('dead-letter').getFailed(0, limit - 1);
      return jobs.flatMap(({ id }) => id ?? []);
    },

    async listRegionSweeps() {
      // Waiting before running: a job that moves on in between is found twice rather than never.
      const waiting = await queue('region-sweep').getJobs(
        ['waiting', 'delayed', 'prioritized'],
        0,
        MOST_REGIONS,
      );
      const running = await queue('region-sweep').getJobs(['active'], 0, MOST_REGIONS);
      return new Map([
        ...waiting.map((job) => [regionOf(job), 'waiting'] as const),
        ...running.map((job) => [regionOf(job), 'running'] as const),
      ]);
    },

    async startSchedules(tickSeconds) {
      await queue('tick').setGlobalConcurrency(1);
      await schedule('tick', tickSeconds, 'tick', {});
      const reconcile: Payload<'maintenance'> = { task: 'dead-letters', run_id: 'schedule' };
      await schedule('maintenance', RECONCILE_SECONDS, reconcile.task, reconcile);
      const retention: Payload<'maintenance'> = { task: 'retention', run_id: 'schedule' };
      await schedule('maintenance', RETENTION_SECONDS, retention.task, retention);
    },

    broker,
    queues: [...byName.values()],

    countJobs: () => Promise.all(QUEUE_NAMES.map((name) => countJobs(queue(name), name))),

    async readTicks() {
      const tick = queue('tick');
      const [[done], [failed], { active = 0 }] = await Promise.all([
        tick.getCompleted(0, 0),
        tick.getFailed(0, 0),
        tick.getJobCounts('active'),
      ]);
      const last = [done, failed]
        .flatMap((job) => job ?? [])
        .sort((a, b) => (b.finishedOn ?? 0) - (a.finishedOn ?? 0))
        .at(0);
      return { lastId: last?.id ?? null, isRunning: active > 0 };
    },

    async ping() {
      await queue('tick').getJobCounts('waiting');
    },

    async close() {
      await Promise.all([...byName.values()].map(broker.closeQueue));
      await broker.close();
    },
  };
}

function regionOf({ data }: Job): number {
  return (data as Payload<'region-sweep'>).region_id;
}

async function countJobs(queue: Queue, name: QueueName): Promise<JobCounts> {
  const [counts, isPaused] = await Promise.all([
    queue.getJobCounts('waiting', WAITING_IN_PAUSED, 'prioritized', 'active', 'delayed', 'failed'),
    queue.isPaused(),
  ]);
  const of = (...states: string[]) => states.reduce((total, state) => total + (counts[state] ?? 0), 0);
  return {
    queue: name,
    waiting: of('waiting', WAITING_IN_PAUSED, 'prioritized'),
    active: of('active'),
    delayed: of('delayed'),
    failed: of('failed'),
    isPaused,
  };
}
