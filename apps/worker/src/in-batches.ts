/** One statement for so many calls at the most. */
const MAX_BATCH = 200;

/** What a batch waits for, so that fewer and larger ones are made; without it, for nothing. */
interface Gathering {
  /** So long after its first call came, at the most. */
  readonly gatherMs: number;
  /** So many calls wait for no more. */
  readonly enough: number;
}

interface Call<Item, Result> {
  readonly item: Item;
  /** By this process's clock, in milliseconds. */
  readonly cameAt: number;
  resolve(result: Result): void;
  reject(reason: unknown): void;
}

/**
 * Makes calls of concurrent jobs together: those that come while a batch is under way are the next one. A job that is
 * alone waits for nobody, unless batches are to gather.
 *
 * `work` returns one result per item, in their order, and does all or nothing. Where it fails for several, it is done
 * for each alone, so that one bad item fails nobody else.
 */
export function inBatches<Item, Result>(
  work: (items: Item[]) => Promise<readonly Result[]>,
  { gatherMs, enough }: Gathering = { gatherMs: 0, enough: 1 },
): (item: Item) => Promise<Result> {
  let waiting: Call<Item, Result>[] = [];
  let running = false;
  let goOn: () => void = () => undefined;

  async function run(): Promise<void> {
    running = true;
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const restMs = first.cameAt + gatherMs - performance.now();
      if (waiting.length < enough && restMs > 0) {
        await gather(restMs);
      }
      const batch = waiting.slice(0, MAX_BATCH);
      waiting = waiting.slice(MAX_BATCH);
      await settle(batch);
    }
    running = false;
  }

  /** Until there are enough, or the time is over. */
  async function gather(forMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      goOn = resolve;
      timer = setTimeout(resolve, forMs);
    });
    clearTimeout(timer);
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
      // Beside each other: where the database does not answer, each takes as long as that is waited for.
      await Promise.all(batch.map((call) => settle([call])));
    }
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, cameAt: performance.now(), resolve, reject });
      if (!running) {
        void run();
      } else if (waiting.length >= enough) {
        goOn();
      }
    });
}
