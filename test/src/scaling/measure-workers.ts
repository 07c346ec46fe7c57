import { openStage } from '../chaos/stage.js';
import type { QueueBackend } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';

const LATENCY_MS = 50;
const MAX_MS = 180_000;

export interface Aggregation {
  readonly workers: number;
  readonly contracts: number;
  readonly requests: number;
  readonly seconds: number;
}

/** How long so many workers take from an empty database to one that equals the truth, ESI answering after 50 ms. */
export async function measureAggregation(
  openQueue: QueueBackend['open'],
  workers: number,
  contracts: number,
  concurrency: number,
): Promise<Aggregation> {
  const stage = await openStage({
    queue: openQueue,
    contracts,
    latencyMs: LATENCY_MS,
    workerEnv: { CONTRACT_CONCURRENCY: String(concurrency) },
  });
  try {
    // Processes take their time to start: nothing is due before all of them are there.
    await stage.query(
      stage.regionIds
        .map((id) => `INSERT INTO regions (region_id, next_due_at) VALUES (${id}, now() + interval '1 hour')`)
        .join(';'),
    );
    await stage.workers.startAll(workers);
    const before = performance.now();
    await stage.query(`UPDATE regions SET next_due_at = now()`);
    await waitUntil(async () => (await countMissing()) === 0, { what: 'all is stored', timeoutMs: MAX_MS });
    const seconds = (performance.now() - before) / 1000;
    await stage.settle();
    const differences = await stage.differences();
    if (differences.length > 0) {
      throw new Error(`The database does not equal the truth:\n${differences.join('\n')}`);
    }
    return {
      workers,
      seconds,
      contracts: await stage.count('contracts'),
      requests: (await stage.requests()).length,
    };
  } finally {
    await stage.close();
  }

  async function countMissing(): Promise<number> {
    const [regions, pending] = await Promise.all([
      stage.count('regions WHERE last_complete_sweep_at IS NULL'),
      stage.count(`contracts WHERE items_state = 'pending'`),
    ]);
    return regions + pending;
  }
}
