import { median } from '../report/statistics.js';
import { createClient } from '../stage/ask-once.js';
import { interleave } from '../stage/interleave.js';
import { startApi } from '../stage/product-process.js';
import type { Subject } from '../subject.js';
import { NOT_CACHED, sizesOf } from './sizes.js';

const PAGE = 1_000;
const LIMIT = 50;
/** The way there, in larger steps: a cursor is of a place in the list, whatever the pages that led to it. */
const STEP = 150;
const REQUESTS_A_ROUND = 40;

export const deepPage: Subject = {
  id: 'B4',
  title: 'Page 1,000 by cursor',

  async measure(stage) {
    const { withHistory } = sizesOf(stage.options);
    const api = await startApi(stage, await stage.marketDatabase(withHistory), NOT_CACHED);
    const page = Math.min(PAGE, withHistory.outstanding / LIMIT);
    const rows = (page - 1) * LIMIT;
    const first = `${api.url}/api/v1/contracts?limit=${LIMIT}`;
    const deep = `${first}&cursor=${await walk(api.url, rows)}`;
    const client = createClient();
    stage.onEnd(() => Promise.resolve(client.close()));
    const time = async (url: string) => {
      const times: number[] = [];
      for (let request = 0; request < REQUESTS_A_ROUND; request += 1) {
        times.push((await client.ask(url)).ms);
      }
      return median(times);
    };
    return [
      {
        subject: 'B4',
        what: `page ${page} by cursor, not cached`,
        beside: 'page 1',
        unit: 'ms',
        ...(await interleave(
          stage.options.rounds,
          () => time(deep),
          () => time(first),
        )),
        bound: { kind: 'at most', value: 1.2 },
      },
    ];
  },
};

/** The cursor behind so many rows. */
async function walk(apiUrl: string, rows: number): Promise<string> {
  let cursor: string | null = null;
  for (let left = rows; left > 0; left -= STEP) {
    const query = `limit=${Math.min(left, STEP)}${cursor === null ? '' : `&cursor=${cursor}`}`;
    const response = await fetch(`${apiUrl}/api/v1/contracts?${query}`);
    const body = (await response.json()) as { page?: { next_cursor: string | null } };
    cursor = body.page?.next_cursor ?? null;
    if (cursor === null) {
      throw new Error(`The list ended ${left} rows before page ${PAGE}: ${response.status}`);
    }
  }
  return cursor ?? '';
}
