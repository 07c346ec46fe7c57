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
  producer: Pick<Producer, 'countJobs'>,
  logger: Logger,
): Promise<QueueCounts[] | null> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer in ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    const counts = await Promise.race([producer.countJobs(), patience]);
    return counts.map(({ active, isPaused, ...others }) => ({
      ...others,
      running: active,
      paused: isPaused,
    }));
  } catch (error) {
    logger.warn('the queues could not be counted', { error });
    return null;
  } finally {
    clearTimeout(timer);
  }
}
