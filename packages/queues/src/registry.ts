import type { JobsOptions } from 'bullmq';
import { z } from 'zod';

const FOURTEEN_DAYS = 14 * 24 * 3600;
const failedForTwoWeeks = { age: FOURTEEN_DAYS, count: 10_000 };

/** Names the run that a job belongs to, from the tick to the stored contract. */
const runId = z.string().max(100);

/** Work that belongs to no single contract. */
export const MAINTENANCE_TASKS = [
  'names',
  'locations',
  'taxonomy',
  'bids',
  'dynamic-items',
  'type-refresh',
  'derivation',
  'expiry',
  'statistics',
  'dead-letters',
  'retention',
] as const;

interface QueueSpec {
  /** Checked where a job is added and where it is taken. Changes by addition only: jobs outlive a deployment. */
  readonly payload: z.ZodObject;
  readonly jobOptions: JobsOptions;
}

/**
 * Every queue. Payloads are small and hold ids: the database has the rest, and the queue can be rebuilt from it.
 *
 * Completed jobs stay for a while to be looked at. Those of `contract` leave at once: a job id that is still there
 * swallows a new job of that id, and on PostgreSQL a job that ends looks through all jobs of its queue for those that
 * need not be kept any more, which took 3 ms with a few thousand of them waiting.
 */
export const QUEUES = {
  tick: {
    payload: z.object({}),
    jobOptions: { attempts: 1, removeOnComplete: { count: 100 }, removeOnFail: failedForTwoWeeks },
  },
  'region-sweep': {
    payload: z.object({ region_id: z.int32(), run_id: runId }),
    // A sweep that fails says in the database when the next one is due; the tick adds that.
    jobOptions: { attempts: 1, removeOnComplete: { count: 1_000 }, removeOnFail: failedForTwoWeeks },
  },
  contract: {
    payload: z.object({ contract_id: z.int(), run_id: runId }),
    // Delays of 2 s, 4 s, … 512 s, each cut by up to a half: about 13 minutes until a contract is given up.
    jobOptions: {
      attempts: 10,
      backoff: { type: 'exponential', delay: 2_000, jitter: 0.5 },
      removeOnComplete: true,
      removeOnFail: failedForTwoWeeks,
    },
  },
  maintenance: {
    payload: z.object({ task: z.enum(MAINTENANCE_TASKS), run_id: runId }),
    // The tick adds it again while there is something to do.
    jobOptions: { attempts: 1, removeOnComplete: { count: 200 }, removeOnFail: failedForTwoWeeks },
  },
  'dead-letter': {
    payload: z.object({
      dead_letter_id: z.string(),
      reason: z.string(),
      error: z.string(),
      region_id: z.int32().optional(),
      contract_id: z.int().optional(),
      run_id: runId,
    }),
    // The first attempt fails at once, with the reason, and stays to be looked at; an operator's retry is the second.
    // What was retried goes, so that it can come back under the same id.
    jobOptions: { attempts: 1, removeOnComplete: true },
  },
} as const satisfies Record<string, QueueSpec>;

export type QueueName = keyof typeof QUEUES;
export type Payload<Name extends QueueName> = z.output<(typeof QUEUES)[Name]['payload']>;
export type MaintenanceTask = (typeof MAINTENANCE_TASKS)[number];

export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];
