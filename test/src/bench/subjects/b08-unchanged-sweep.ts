import { askConditionally } from '../limits/conditional-requests.js';
import { countRowsWritten } from '../stage/database-work.js';
import { openSettledMarket, type Sweep } from '../stage/settled-market.js';
import type { Subject } from '../subject.js';

const LATENCY_MS = 50;
const PAGES = 34;
/** The product's own: pages of one walk at a time. */
const PARALLEL_PAGES = 4;
const WAL_BYTES = 64 * 1024;

export const unchangedSweep: Subject = {
  id: 'B8',
  title: 'Unchanged sweep of 34 pages, ESI answering in 50 ms',

  async measure(stage) {
    const pages = stage.options.quick ? 5 : PAGES;
    const contracts = pages * 1_000;
    const market = await openSettledMarket(stage, { contracts, latencyMs: LATENCY_MS });
    const sweeps: Sweep[] = [];
    const limit: number[] = [];
    for (let round = 0; round < stage.options.rounds; round += 1) {
      sweeps.push(await market.sweep(0));
      limit.push(await askConditionally(market.esi.url, pages, PARALLEL_PAGES));
    }
    const wal = sweeps.map(({ walBytes }) => walBytes);
    const rows = await countRowsWritten(market.databaseUrl, () => market.sweep(0));
    return [
      {
        subject: 'B8',
        what: `${pages} pages, nothing changed; sweeps a second`,
        beside: `${pages} bare conditional requests at the same concurrency (${PARALLEL_PAGES})`,
        unit: '/s',
        ours: sweeps.map(({ seconds }) => 1 / seconds),
        limit: limit.map((seconds) => 1 / seconds),
        bound: { kind: 'at least', value: 0.7 },
        notes: [
          `Unchanged of ${sweeps[0]?.requests.list ?? 0} answers: ${sweeps[0]?.requests.unchanged ?? 0}`,
          `Rows written by another one: ${JSON.stringify(rows)}, of which ${pages} of region_pages and 1 of regions are this bench's own`,
        ],
        details: sweeps,
      },
      {
        subject: 'B8',
        what: `WAL of that sweep`,
        beside: '64 KB',
        unit: 'bytes',
        ours: wal,
        limit: wal.map(() => WAL_BYTES),
        bound: { kind: 'at most', value: 1 },
      },
    ];
  },
};
