import { generateQueries } from '../data/queries.js';
import { readUniverse } from '../data/universe.js';
import { startApi } from '../stage/product-process.js';
import { describeWorst, timeQueries, type QueryTime } from '../stage/time-queries.js';
import type { Subject } from '../subject.js';
import { NOT_CACHED, sizesOf } from './sizes.js';

const QUERIES = 200;
const DEFAULT_LIST = '/api/v1/contracts';
const WORST = 10;

export const costliestQuery: Subject = {
  id: 'B3',
  title: 'The costliest of 200 generated legal queries',

  async measure(stage) {
    const { rounds, seed } = stage.options;
    const { withHistory } = sizesOf(stage.options);
    const api = await startApi(stage, await stage.marketDatabase(withHistory), NOT_CACHED);
    const queries = generateQueries(readUniverse(), QUERIES, seed);
    // B1's query comes up between the others, as often as it takes for a good median.
    const asked = queries.flatMap((query, at) => (at % 10 === 0 ? [DEFAULT_LIST, query] : [query]));
    const perRound: { times: QueryTime[]; basis: QueryTime[] }[] = [];
    for (let round = 0; round < Math.max(3, Math.ceil(rounds / 2)); round += 1) {
      const [times = []] = await timeQueries([api.url], asked, 1);
      const basis = times.filter(({ query }) => query === DEFAULT_LIST);
      perRound.push({ times: times.filter(({ query }) => query !== DEFAULT_LIST), basis });
    }
    const medians = queries.map((query, at) => {
      const all = perRound.flatMap(({ times }) => times[at] ?? []);
      return { query, ms: medianOf(all), status: all.find(({ status }) => status !== 200)?.status ?? 200 };
    });
    const worst = medians.reduce((left, right) => (right.ms > left.ms ? right : left));
    const at = queries.indexOf(worst.query);
    return [
      {
        subject: 'B3',
        what: `the costliest of ${QUERIES} queries, ${withHistory.contracts} contracts, ${withHistory.outstanding} outstanding`,
        beside: "B1's query",
        unit: 'ms',
        ours: perRound.map(({ times }) => times[at]?.ms ?? NaN),
        limit: perRound.map(({ basis }) => medianOf(basis)),
        bound: { kind: 'at most', value: 15 },
        notes: [
          `Median of all ${QUERIES}: ${medianOf(medians).toFixed(1)} ms. The worst ${WORST}:`,
          ...describeWorst(medians, WORST),
        ],
        details: medians,
      },
    ];
  },
};

function medianOf(times: readonly { readonly ms: number }[]): number {
  const sorted = times.map(({ ms }) => ms).sort((left, right) => left - right);
  return sorted[sorted.length >> 1] ?? NaN;
}
