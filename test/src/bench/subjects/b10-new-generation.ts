import { runSql } from '../../setup/run-sql.js';
import { percentile } from '../report/statistics.js';
import { openSettledMarket } from '../stage/settled-market.js';
import type { Subject } from '../subject.js';

const LATENCY_MS = 50;
const PAGES = 34;
const NEW_CONTRACTS = 230;
/** Requests a second of all workers together: well above what so many contracts need, and below what ESI bears. */
const BUDGET = 100;
const WITHIN_SECONDS = 2;
const MOST_ROUNDS = 5;

export const newGeneration: Subject = {
  id: 'B10',
  title: 'New generation at ESI → visible in the API',

  async measure(stage) {
    const contracts = (stage.options.quick ? 5 : PAGES) * 1_000;
    const market = await openSettledMarket(
      stage,
      { contracts, latencyMs: LATENCY_MS },
      { ESI_MAX_REQUESTS_PER_SECOND: String(BUDGET) },
    );
    const late: number[] = [];
    const allowed: number[] = [];
    for (let round = 0; round < Math.min(stage.options.rounds, MOST_ROUNDS); round += 1) {
      const { dueAt, requests } = await market.sweep(NEW_CONTRACTS);
      const visible = await runSql(
        market.databaseUrl,
        `SELECT extract(epoch FROM visible_since) * 1000 AS at FROM contracts
          WHERE visible_since > to_timestamp(${dueAt} / 1000.0)`,
      );
      late.push(
        percentile(
          visible.map(({ at }) => (Number(at) - dueAt) / 1000),
          0.95,
        ),
      );
      allowed.push((requests.list + requests.items) / BUDGET + WITHIN_SECONDS);
    }
    return [
      {
        subject: 'B10',
        what: `${NEW_CONTRACTS} new contracts in ${contracts}, p95 from the end of ESI's cache to visible`,
        beside: `requests ÷ budget (${BUDGET} a second) + ${WITHIN_SECONDS} s`,
        unit: 's',
        ours: late,
        limit: allowed,
        bound: { kind: 'at most', value: 1 },
      },
    ];
  },
};
