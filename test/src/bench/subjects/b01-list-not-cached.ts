import { prepareReadyRows } from '../limits/prepare-ready-rows.js';
import { interleave } from '../stage/interleave.js';
import { startLimit } from '../stage/limit-process.js';
import { requestsPerSecond } from '../stage/load.js';
import { startApi } from '../stage/product-process.js';
import type { Subject } from '../subject.js';
import { NOT_CACHED, sizesOf } from './sizes.js';

const LIST = '/api/v1/contracts';

export const listNotCached: Subject = {
  id: 'B1',
  title: 'List, default query, not cached',

  async measure(stage) {
    const { rounds } = stage.options;
    const { market } = sizesOf(stage.options);
    const databaseUrl = await stage.marketDatabase(market);
    const api = await startApi(stage, databaseUrl, NOT_CACHED);
    await prepareReadyRows(databaseUrl, api.url);
    const limit = await startLimit(stage, 'ready-rows', { BENCH_DATABASE_URL: databaseUrl });
    const perSecond = (url: string, path: string) => requestsPerSecond(stage, { url, paths: [path] });
    return [
      {
        subject: 'B1',
        what: `GET ${LIST}, 50 rows, ${market.outstanding} outstanding, 10 clients`,
        beside: 'the same rows as ready JSON text by one prepared statement, node:http, pg',
        unit: 'requests/s',
        ...(await interleave(
          rounds,
          () => perSecond(api.url, LIST),
          () => perSecond(limit.url, '/page/50'),
        )),
        bound: { kind: 'at least', value: 0.5 },
      },
    ];
  },
};
