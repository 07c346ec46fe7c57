import type { Queue } from 'bullmq';
import { describeBroker, type BrokerOptions } from './connection.js';
import { QUEUES, QUEUE_NAMES, type MaintenanceTask, type Payload, type QueueName } from './registry.js';

export interface ProducerOptions extends BrokerOptions {
  /** Called with every connection error; BullMQ reconnects by itself. */
  readonly onError: (error: Error, queue: QueueName) => void;
}

/** A region that is due, and in how many milliseconds. */
export interface DueRegion extends Payload<'region-sweep'> {
  readonly delay_ms: number;
}

/** One statement or pipeline per so many jobs. */
const BULK_SIZE = 1_000;

/** Adds jobs, each deduplicated by what it is about. Everything that is pending can be added again at any time. */
export interface Producer {
  /** One job per region until it is finished, whoever asks for it. */
  addRegionSweeps(regions: readonly DueRegion[]): Promise<void>;
  addContracts(jobs: readonly Payload<'contract'>[]): Promise<void>;
  addMaintenance(task: MaintenanceTask, runId: string): Promise<void>;
  addDeadLetter(payload: Payload<'dead-letter'>): Promise<void>;
  /** Makes the tick repeat; unchanged schedules are left alone, so that the next run does not move. */
  scheduleTick(seconds: number): Promise<void>;
  /** The queues themselves, for a dashboard. */
  readonly queues: readonly Queue[];
  /** Asks the broker for something small. @throws where it does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export function createProducer({ onError, ...brokerOptions }: ProducerOptions): Producer {
  const { classes, prefix, producer: connection } = describeBroker(brokerOptions);
  const byName = new Map(
    QUEUE_NAMES.map((name) => {
      const queue = new classes.Queue(name, {
        connection,
        prefix,
        skipWaitingForReady: true,
        defaultJobOptions: QUEUES[name].jobOptions,
      });
      queue.on('error', (error) => onError(error, name));
      return [name, queue] as const;
    }),
  );
  const queue = (name: QueueName): Queue => byName.get(name) as Queue;

  return {
    async addRegionSweeps(regions) {
      await queue('region-sweep').addBulk(
        regions.map(({ delay_ms, ...payload }) => ({
          name: 'region-sweep',
          data: QUEUES['region-sweep'].payload.parse(payload),
          opts: { delay: delay_ms, deduplication: { id: `region-${payload.region_id}` } },
        })),
      );
    },

    async addContracts(jobs) {
      for (let start = 0; start < jobs.length; start += BULK_SIZE) {
        await queue('contract').addBulk(
          jobs.slice(start, start + BULK_SIZE).map((payload) => ({
            name: 'contract',
            data: QUEUES.contract.payload.parse(payload),
            opts: { jobId: `contract-${payload.contract_id}` },
          })),
        );
      }
    },

    async addMaintenance(task, runId) {
      await queue('maintenance').add(task, QUEUES.maintenance.payload.parse({ task, run_id: runId }), {
        deduplication: { id: task },
      });
    },

    async addDeadLetter(payload) {
      await queue('dead-letter').add(payload.reason, QUEUES['dead-letter'].payload.parse(payload), {
        jobId: payload.dead_letter_id,
      });
    },

    async scheduleTick(seconds) {
      const tick = queue('tick');
      await tick.setGlobalConcurrency(1);
      const existing = await tick.getJobScheduler('tick');
      if (existing?.every !== seconds * 1000) {
        await tick.upsertJobScheduler('tick', { every: seconds * 1000 }, { name: 'tick', data: {} });
      }
    },

    queues: [...byName.values()],

    async ping() {
      await queue('tick').getJobCounts('waiting');
    },

    async close() {
      await Promise.all([...byName.values()].map((each) => each.close()));
    },
  };
}
