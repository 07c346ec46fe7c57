import { median } from '../report/statistics.js';
import { startEsi } from '../stage/esi.js';
import { brokersOf, measureColdIngest } from '../stage/ingest.js';
import type { Result, Subject } from '../subject.js';
import { CONTRACT_CONCURRENCY } from './b06-cold-ingest-slow-esi.js';

const LATENCY_MS = 50;
const MOST_ROUNDS = 3;
const PROMISED = [
  { workers: 2, times: 1.9 },
  { workers: 4, times: 3.6 },
];
/** The default, of which two workers fill two cores; a quarter of it, of which four nearly do; so few that four leave room. */
const REQUESTS_AT_A_TIME = [CONTRACT_CONCURRENCY, 4, 2];

export const severalWorkers: Subject = {
  id: 'B12',
  title: '1, 2 and 4 workers, ESI answering in 50 ms, budget raised',

  async measure(stage) {
    const contracts = stage.options.quick ? 1_000 : 4_000;
    const esi = await startEsi(stage, { contracts, latencyMs: LATENCY_MS });
    const [broker = 'PostgreSQL'] = brokersOf(stage);
    const results: Result[] = [];
    for (const concurrency of REQUESTS_AT_A_TIME) {
      const env = { CONTRACT_CONCURRENCY: String(concurrency) };
      const rounds: Record<number, number[]> = { 1: [], 2: [], 4: [] };
      for (let round = 0; round < Math.min(stage.options.rounds, MOST_ROUNDS); round += 1) {
        for (const workers of [1, 2, 4]) {
          const { seconds } = await measureColdIngest(stage, esi, broker, { workers, env });
          rounds[workers]?.push(contracts / seconds);
          stage.log(
            `${workers} workers, ${concurrency} requests each: ${(contracts / seconds).toFixed(0)} contracts/s`,
          );
        }
      }
      const one = rounds[1] ?? [];
      results.push(
        ...PROMISED.map(({ workers, times }): Result => ({
          subject: 'B12',
          what: `${workers} workers, ${concurrency} requests at a time each, ${contracts} new contracts, queue on ${broker}`,
          beside: `one such worker (${median(one).toFixed(0)} contracts/s)`,
          unit: 'contracts/s',
          ours: rounds[workers] ?? [],
          limit: one,
          bound: { kind: 'at least', value: times },
        })),
      );
    }
    return results;
  },
};
