import { median } from '../report/statistics.js';
import { startEsi } from '../stage/esi.js';
import { brokersOf, measureColdIngest } from '../stage/ingest.js';
import type { Result, Subject } from '../subject.js';

const LATENCY_MS = 50;
const MOST_ROUNDS = 3;
const PROMISED = [
  { workers: 2, times: 1.9 },
  { workers: 4, times: 3.6 },
];

export const severalWorkers: Subject = {
  id: 'B12',
  title: '1, 2 and 4 workers, ESI answering in 50 ms, budget raised',

  async measure(stage) {
    const contracts = stage.options.quick ? 2_000 : 8_000;
    const esi = await startEsi(stage, { contracts, latencyMs: LATENCY_MS });
    const [broker = 'PostgreSQL'] = brokersOf(stage);
    const perSecond = async (workers: number) =>
      contracts / (await measureColdIngest(stage, esi, broker, { workers })).seconds;
    const rounds: Record<number, number[]> = { 1: [], 2: [], 4: [] };
    for (let round = 0; round < Math.min(stage.options.rounds, MOST_ROUNDS); round += 1) {
      for (const workers of [1, 2, 4]) {
        rounds[workers]?.push(await perSecond(workers));
        stage.log(`${workers} workers: ${rounds[workers]?.at(-1)?.toFixed(0)} contracts/s`);
      }
    }
    const one = rounds[1] ?? [];
    return PROMISED.map(({ workers, times }): Result => ({
      subject: 'B12',
      what: `${workers} workers, ${contracts} new contracts, queue on ${broker}`,
      beside: `one worker (${median(one).toFixed(0)} contracts/s)`,
      unit: 'contracts/s',
      ours: rounds[workers] ?? [],
      limit: one,
      bound: { kind: 'at least', value: times },
    }));
  },
};
