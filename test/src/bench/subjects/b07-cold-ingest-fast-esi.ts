import { runLimit } from '../limits/run-limit.js';
import { startEsi } from '../stage/esi.js';
import { brokersOf, createIngestDatabase, measureColdIngest } from '../stage/ingest.js';
import type { Result, Subject } from '../subject.js';
import { CONTRACT_CONCURRENCY } from './b06-cold-ingest-slow-esi.js';

const MOST_ROUNDS = 3;
const PROMISED = { Redis: 0.4, PostgreSQL: 0.25 };

export const coldIngestFastEsi: Subject = {
  id: 'B7',
  title: 'Cold ingest, ESI answering at once, one worker',

  async measure(stage) {
    const contracts = stage.options.quick ? 2_000 : 20_000;
    const esi = await startEsi(stage, { contracts, latencyMs: 0 });
    const bareLoop = async () =>
      contracts /
      (await runLimit(stage, 'bare-ingest', {
        BENCH_ESI_URL: esi.url,
        BENCH_CONCURRENCY: String(CONTRACT_CONCURRENCY),
        BENCH_DATABASE_URL: await createIngestDatabase(stage),
      }));
    // What ESI has prepared once, it has for everybody.
    await bareLoop();
    const results: Result[] = [];
    for (const broker of brokersOf(stage)) {
      const ours: number[] = [];
      const limit: number[] = [];
      for (let round = 0; round < Math.min(stage.options.rounds, MOST_ROUNDS); round += 1) {
        ours.push(contracts / (await measureColdIngest(stage, esi, broker)).seconds);
        limit.push(await bareLoop());
        stage.log(`${broker}: ${ours.at(-1)?.toFixed(0)} contracts/s, bare loop ${limit.at(-1)?.toFixed(0)}`);
      }
      results.push({
        subject: 'B7',
        what: `${contracts} new contracts, queue on ${broker}`,
        beside:
          'a bare loop: keep-alive requests at the same concurrency, JSON.parse, COPY into the same tables',
        unit: 'contracts/s',
        ours,
        limit,
        bound: { kind: 'at least', value: PROMISED[broker] },
      });
    }
    return results;
  },
};
