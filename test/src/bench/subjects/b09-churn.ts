import { median } from '../report/statistics.js';
import { countRowsWritten, type RowsWritten } from '../stage/database-work.js';
import { openSettledMarket, type Sweep } from '../stage/settled-market.js';
import type { Result, Subject } from '../subject.js';

const LATENCY_MS = 50;
const PAGES = 34;
const SHARES = [0, 0.001, 0.01, 0.1];
const MOST_ROUNDS = 3;

export const churn: Subject = {
  id: 'B9',
  title: 'Sweep with 0.1, 1 and 10 % churn',

  async measure(stage) {
    const contracts = (stage.options.quick ? 5 : PAGES) * 1_000;
    const market = await openSettledMarket(stage, { contracts, latencyMs: LATENCY_MS });
    const sweeps = new Map<number, Sweep[]>(SHARES.map((share) => [share, []]));
    for (let round = 0; round < Math.min(stage.options.rounds, MOST_ROUNDS); round += 1) {
      for (const share of SHARES) {
        sweeps.get(share)?.push(await market.sweep(Math.round(contracts * share)));
      }
    }
    const rows = new Map<number, RowsWritten>();
    for (const share of SHARES) {
      const once = () => market.sweep(Math.round(contracts * share));
      rows.set(share, await countRowsWritten(market.databaseUrl, once));
    }
    const without = sweeps.get(0) ?? [];
    return SHARES.filter((share) => share > 0).map((share): Result => {
      const own = sweeps.get(share) ?? [];
      return {
        subject: 'B9',
        what: `${share * 100} % churn: ${Math.round(contracts * share)} new of ${contracts}, until all are visible`,
        beside: 'the same without churn',
        unit: 's',
        ours: own.map(({ seconds }) => seconds),
        limit: without.map(({ seconds }) => seconds),
        bound: null,
        notes: [
          describe('without', without, rows.get(0)),
          describe(`${share * 100} %`, own, rows.get(share)),
        ],
        details: own,
      };
    });
  },
};

function describe(what: string, sweeps: readonly Sweep[], written: RowsWritten = {}): string {
  const of = (figure: (sweep: Sweep) => number) => median(sweeps.map(figure));
  const rows = Object.values(written).reduce((sum, count) => sum + count, 0);
  return [
    `${what}: ${of(({ seconds }) => seconds).toFixed(2)} s`,
    `${of(({ requests }) => requests.list + requests.items)} requests`,
    `${rows} rows`,
    `${Math.round(of(({ walBytes }) => walBytes) / 1024)} KB of WAL`,
  ].join(', ');
}
