import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { Producer } from '@hangar-bay/queues';

type Queue = Producer['queues'][number];
type Rights = NonNullable<ConstructorParameters<typeof BullMQAdapter>[1]>;
type BoardJob = NonNullable<Awaited<ReturnType<BullMQAdapter['getJob']>>>;
type JobStatus = Parameters<BullMQAdapter['clean']>[0];

/**
 * The dead letter in Bull Board. Its failed jobs stand for entries in the database: removing one there discards the
 * entry, which otherwise would show again a few minutes later.
 */
export class DeadLetterBoard extends BullMQAdapter {
  readonly #queue: Queue;
  readonly #discard: (ids: readonly string[]) => Promise<void>;

  constructor(queue: Queue, rights: Rights, discard: (ids: readonly string[]) => Promise<void>) {
    super(queue, rights);
    this.#queue = queue;
    this.#discard = discard;
  }

  override async clean(status: JobStatus, graceMs: number): Promise<void> {
    const removed = await this.#queue.clean(graceMs, Number.MAX_SAFE_INTEGER, status);
    if (status === 'failed') {
      await this.#discard(removed);
    }
  }

  override async getJob(id: string): Promise<BoardJob | undefined> {
    const job = await super.getJob(id);
    if (job) {
      const remove = job.remove.bind(job);
      job.remove = async (options) => {
        const isEntry = await job.isFailed();
        await remove(options);
        if (isEntry) {
          await this.#discard([id]);
        }
      };
    }
    return job;
  }
}
