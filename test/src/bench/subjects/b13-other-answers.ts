import { prepareReadyRows, READY_ANSWERS } from '../limits/prepare-ready-rows.js';
import { interleave } from '../stage/interleave.js';
import { startLimit } from '../stage/limit-process.js';
import { requestsPerSecond } from '../stage/load.js';
import { startApi } from '../stage/product-process.js';
import type { Result, Subject } from '../subject.js';
import { NOT_CACHED, sizesOf } from './sizes.js';

/** As the API is by default, and where every answer is read. */
const APIS = [
  { how: 'answers kept', env: {} },
  { how: 'not cached', env: NOT_CACHED },
];

export const otherAnswers: Subject = {
  id: 'B13',
  title: 'One contract by id; taxonomy; ships summary',

  async measure(stage) {
    const databaseUrl = await stage.marketDatabase(sizesOf(stage.options).market);
    const perSecond = (url: string, paths: readonly string[]) => requestsPerSecond(stage, { url, paths });
    const results: Result[] = [];
    const preparing = await startApi(stage, databaseUrl, NOT_CACHED);
    const ids = await prepareReadyRows(databaseUrl, preparing.url);
    await preparing.stop();
    const limit = await startLimit(stage, 'ready-rows', { BENCH_DATABASE_URL: databaseUrl });
    for (const { how, env } of APIS) {
      const api = await startApi(stage, databaseUrl, env);
      const compare = async (what: string, ours: readonly string[], theirs: readonly string[]) => {
        results.push({
          subject: 'B13',
          what: `${what}, ${how}`,
          beside: "B1's limit for rows of that size",
          unit: 'requests/s',
          ...(await interleave(
            stage.options.rounds,
            () => perSecond(api.url, ours),
            () => perSecond(limit.url, theirs),
          )),
          bound: { kind: 'at least', value: 0.5 },
        });
      };
      await compare(
        `GET /api/v1/contracts/{id}, ${ids.length} of them`,
        ids.map((id) => `/api/v1/contracts/${id}`),
        ids.map((id) => `/contract/${id}`),
      );
      await compare('GET /api/v1/taxonomy', [READY_ANSWERS.taxonomy], ['/answer/taxonomy']);
      await compare('GET /api/v1/ships', [READY_ANSWERS.ships], ['/answer/ships']);
      await api.stop();
    }
    return results;
  },
};
