import { generateQueries } from '../data/queries.js';
import { readUniverse } from '../data/universe.js';
import { median } from '../report/statistics.js';
import { startApi } from '../stage/product-process.js';
import { timeQueries } from '../stage/time-queries.js';
import type { Subject } from '../subject.js';
import { NOT_CACHED, sizesOf } from './sizes.js';

const QUERIES = 200;
const WORST = 10;

export const growingMarket: Subject = {
  id: 'B5',
  title: 'Those 200 queries where everything is outstanding',

  async measure(stage) {
    const { rounds, seed } = stage.options;
    const { withHistory, allOutstanding } = sizesOf(stage.options);
    const large = await startApi(stage, await stage.marketDatabase(allOutstanding), NOT_CACHED);
    const small = await startApi(stage, await stage.marketDatabase(withHistory), NOT_CACHED);
    const queries = generateQueries(readUniverse(), QUERIES, seed);
    const [inLarge = [], inSmall = []] = await timeQueries(
      [large.url, small.url],
      queries,
      Math.max(3, Math.ceil(rounds / 2)),
    );
    const compared = queries.map((query, at) => {
      const [ofLarge, ofSmall] = [inLarge[at], inSmall[at]];
      return {
        query,
        ms: ofLarge?.ms ?? NaN,
        besideMs: ofSmall?.ms ?? NaN,
        ratio: (ofLarge?.ms ?? NaN) / (ofSmall?.ms ?? NaN),
        status: ofLarge?.status,
      };
    });
    const worst = [...compared].sort((left, right) => right.ratio - left.ratio).slice(0, WORST);
    return [
      {
        subject: 'B5',
        what: `${QUERIES} queries, ${allOutstanding.outstanding} outstanding; the ratio is of each query, the values are medians`,
        beside: `themselves, ${withHistory.outstanding} outstanding of ${withHistory.contracts}`,
        unit: 'ms',
        ours: [median(compared.map(({ ms }) => ms))],
        limit: [median(compared.map(({ besideMs }) => besideMs))],
        ratios: compared.map(({ ratio }) => ratio),
        bound: { kind: 'at most', value: 1.5 },
        notes: [
          `The ${WORST} that grow most:`,
          ...worst.map(
            ({ ratio, besideMs, ms, status, query }) =>
              `${ratio.toFixed(1)} × (${besideMs.toFixed(1)} → ${ms.toFixed(1)} ms)  ${status === 200 ? '' : `(${status}) `}${query}`,
          ),
        ],
        details: compared,
      },
    ];
  },
};
