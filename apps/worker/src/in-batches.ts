import { setTimeout as wait } from 'node:timers/promises';

/** One statement for so many calls at the most. */
const MAX_BATCH = 200;

interface Call<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(reason: unknown): void;
}

/**
 * Makes calls of concurrent jobs together: those that come while a batch is under way are the next one. A job that is
 * alone waits for nobody, unless batches are to gather for so many milliseconds before each.
 *
 * `work` returns one result per item, in their order, and does all or nothing. Where it fails for several, it is done
 * for each alone, so that one bad item fails nobody else.
 */
export function inBatches<Item, Result>(
  work: (items: Item[]) => Promise<readonly Result[]>,
  { gatherMs = 0 }: { readonly gatherMs?: number } = {},
): (item: Item) => Promise<Result> {
  let waiting: Call<Item, Result>[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      if (gatherMs > 0) {
        await wait(gatherMs);
      }
      const batch = waiting.slice(0, MAX_BATCH);
      waiting = waiting.slice(MAX_BATCH);
      await settle(batch);
    }
    running = false;
  }

  async function settle(batch: readonly Call<Item, Result>[]): Promise<void> {
    try {
      const results = await work(batch.map(({ item }) => item));
      batch.forEach((call, index) => call.resolve(results[index] as Result));
    } catch (error) {
      if (batch.length === 1) {
        batch[0]?.reject(error);
        return;
      }
      for (const call of batch) {
        await settle([call]);
      }
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) {
        void run();
      }
    });
}
