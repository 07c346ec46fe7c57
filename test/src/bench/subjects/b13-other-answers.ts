import { prepareReadyRows, READY_ANSWERS } from '../limits/prepare-ready-rows.js';
import { interleave } from '../stage/interleave.js';
import { startLimit } from '../stage/limit-process.js';
import { requestsPerSecond } from '../stage/load.js';
import { startApi } from '../stage/product-process.js';
import type { Result, Subject } from '../subject.js';
import { NOT_CACHED, sizesOf } from './sizes.js';

export const otherAnswers: Subject = {
  id: 'B13',
  title: 'One contract by id; taxonomy; ships summary',

  async measure(stage) {
    const { rounds } = stage.options;
    const databaseUrl = await stage.marketDatabase(sizesOf(stage.options).market);
    const api = await startApi(stage, databaseUrl, NOT_CACHED);
    const ids = await prepareReadyRows(databaseUrl, api.url);
    const limit = await startLimit(stage, 'ready-rows', { BENCH_DATABASE_URL: databaseUrl });
    const perSecond = (url: string, paths: readonly string[]) => requestsPerSecond(stage, { url, paths });
    const compare = async (
      what: string,
      ours: readonly string[],
      theirs: readonly string[],
    ): Promise<Result> => ({
      subject: 'B13',
      what: `${what}, not cached`,
      beside: "B1's limit for rows of that size",
      unit: 'requests/s',
      ...(await interleave(
        rounds,
        () => perSecond(api.url, ours),
        () => perSecond(limit.url, theirs),
      )),
      bound: { kind: 'at least', value: 0.5 },
    });
    return [
      await compare(
        `GET /api/v1/contracts/{id}, ${ids.length} of them`,
        ids.map((id) => `/api/v1/contracts/${id}`),
        ids.map((id) => `/contract/${id}`),
      ),
      await compare('GET /api/v1/taxonomy', [READY_ANSWERS.taxonomy], ['/answer/taxonomy']),
      await compare('GET /api/v1/ships', [READY_ANSWERS.ships], ['/answer/ships']),
    ];
  },
};
