import { median } from '../report/statistics.js';
import { createClient } from './ask-once.js';

export interface QueryTime {
  readonly query: string;
  /** The median of the rounds. */
  readonly ms: number;
  /** 200, or what it was instead in any round. */
  readonly status: number;
}

/** Asks the same queries of several APIs in turn, one at a time, in every round. */
export async function timeQueries(
  apis: readonly string[],
  queries: readonly string[],
  rounds: number,
): Promise<QueryTime[][]> {
  const client = createClient();
  try {
    const times = apis.map(() => queries.map((): number[] => []));
    const statuses = apis.map(() => queries.map(() => 200));
    // The first round warms up.
    for (let round = 0; round <= rounds; round += 1) {
      for (const [at, query] of queries.entries()) {
        for (const [which, api] of apis.entries()) {
          const { ms, status } = await client.ask(`${api}${query}`);
          if (round > 0) {
            times[which]?.[at]?.push(ms);
          }
          if (status !== 200) {
            (statuses[which] as number[])[at] = status;
          }
        }
      }
    }
    return times.map((ofApi, which) =>
      queries.map((query, at) => ({
        query,
        ms: median(ofApi[at] ?? []),
        status: statuses[which]?.[at] ?? 0,
      })),
    );
  } finally {
    client.close();
  }
}

/** For people: the slowest first. */
export function describeWorst(times: readonly QueryTime[], count: number): string[] {
  return [...times]
    .sort((left, right) => right.ms - left.ms)
    .slice(0, count)
    .map(({ ms, status, query }) => `${ms.toFixed(1)} ms  ${status === 200 ? '' : `(${status}) `}${query}`);
}
