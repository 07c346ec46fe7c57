import type { Producer } from '@hangar-bay/queues';
import type { Logger } from '@hangar-bay/runtime';
import { z } from 'zod';

/** An operator who asks for the state of things gets it within a second, whatever hangs. */
const PATIENCE_MS = 700;

export const queueCountsSchema = z
  .object({
    queue: z.string(),
    waiting: z.int(),
    running: z.int(),
    delayed: z.int().meta({ description: 'For later: retries, schedules, regions that are not due yet' }),
    failed: z.int(),
    paused: z.boolean().meta({ description: 'An operator has paused it in Bull Board' }),
  })
  .meta({ id: 'QueueCounts' });

export type QueueCounts = z.output<typeof queueCountsSchema>;

/** @returns null where the broker does not answer in time. */
export async function countQueueJobs(
  producer: Pick<Producer, 'queues'>,
  logger: Logger,
): Promise<QueueCounts[] | null> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer in ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([Promise.all(producer.queues.map(countJobs)), patience]);
  } catch (error) {
    logger.warn('the queues could not be counted', { error });
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** On PostgreSQL, BullMQ counts the waiting jobs of a paused queue apart, by a name that its types leave out. */
const WAITING_IN_PAUSED = 'paused' as 'waiting';

async function countJobs(queue: Producer['queues'][number]): Promise<QueueCounts> {
  const [counts, paused] = await Promise.all([
    queue.getJobCounts('waiting', WAITING_IN_PAUSED, 'prioritized', 'active', 'delayed', 'failed'),
    queue.isPaused(),
  ]);
  const of = (...states: string[]) => states.reduce((total, state) => total + (counts[state] ?? 0), 0);
  return {
    queue: queue.name,
    waiting: of('waiting', WAITING_IN_PAUSED, 'prioritized'),
    running: of('active'),
    delayed: of('delayed'),
    failed: of('failed'),
    paused,
  };
}
