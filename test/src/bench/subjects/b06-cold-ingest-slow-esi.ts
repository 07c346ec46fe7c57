import { startEsi } from '../stage/esi.js';
import { brokersOf, measureColdIngest } from '../stage/ingest.js';
import type { Result, Subject } from '../subject.js';

const LATENCY_MS = 50;
/** The product's default: contracts at a time. */
export const CONTRACT_CONCURRENCY = 16;
const MOST_ROUNDS = 3;

export const coldIngestSlowEsi: Subject = {
  id: 'B6',
  title: 'Cold ingest, ESI answering in 50 ms, one worker',

  async measure(stage) {
    const contracts = stage.options.quick ? 1_000 : 5_000;
    const esi = await startEsi(stage, { contracts, latencyMs: LATENCY_MS });
    const results: Result[] = [];
    for (const broker of brokersOf(stage)) {
      const ours: number[] = [];
      const limit: number[] = [];
      for (let round = 0; round < Math.min(stage.options.rounds, MOST_ROUNDS); round += 1) {
        const { seconds, requests } = await measureColdIngest(stage, esi, broker);
        stage.log(`${broker}: ${requests} requests in ${seconds.toFixed(1)} s`);
        ours.push(requests / seconds);
        limit.push(CONTRACT_CONCURRENCY / (LATENCY_MS / 1000));
      }
      results.push({
        subject: 'B6',
        what: `${contracts} new contracts, queue on ${broker}, from the first request to the last contract visible`,
        beside: `concurrency ÷ latency: ${CONTRACT_CONCURRENCY} ÷ ${LATENCY_MS} ms`,
        unit: 'requests/s',
        ours,
        limit,
        bound: { kind: 'at least', value: 0.9 },
      });
    }
    return results;
  },
};
