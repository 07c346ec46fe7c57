import type { ListOptions } from '../esi/listing.js';
import { startLimit } from './limit-process.js';
import type { Stage } from './stage.js';

/** What was asked of the ESI of the bench since the last reset. */
export interface EsiRequests {
  readonly list: number;
  readonly items: number;
  readonly other: number;
  /** Answered with 304. */
  readonly unchanged: number;
  /** Milliseconds since 1970; 0: nothing yet. */
  readonly firstAt: number;
}

export interface BenchEsi {
  readonly url: string;
  readonly list: ListOptions;
  /** How long each answer takes from now on. */
  setLatency(ms: number): Promise<void>;
  /** From now on whoever asks waits, until it is open again. */
  close(): Promise<void>;
  open(): Promise<void>;
  /** Forgets what was asked for. */
  reset(): Promise<void>;
  requests(): Promise<EsiRequests>;
  /** Makes a new generation; as many contracts go as come. */
  moveOn(churn: number): Promise<void>;
}

/** Starts an ESI that lists so many contracts of The Forge and takes so long for each answer. */
export async function startEsi(
  stage: Stage,
  { contracts, latencyMs }: { readonly contracts: number; readonly latencyMs: number },
): Promise<BenchEsi> {
  const list = { seed: stage.options.seed, contracts, startedAt: Date.now() };
  const { url } = await startLimit(stage, '../esi/fake-esi', {
    BENCH_SEED: String(list.seed),
    BENCH_CONTRACTS: String(contracts),
    BENCH_LATENCY_MS: String(latencyMs),
    BENCH_STARTED_AT: String(list.startedAt),
  });
  const ask = async (path: string, method = 'GET'): Promise<unknown> =>
    (await fetch(`${url}/bench/${path}`, { method })).json();
  return {
    url,
    list,
    setLatency: async (ms) => {
      await ask(`latency?ms=${ms}`, 'POST');
    },
    close: async () => {
      await ask('close', 'POST');
    },
    open: async () => {
      await ask('open', 'POST');
    },
    reset: async () => {
      await ask('reset', 'POST');
    },
    requests: async () => (await ask('requests')) as EsiRequests,
    moveOn: async (churn) => {
      await ask(`move-on?churn=${churn}`, 'POST');
    },
  };
}
