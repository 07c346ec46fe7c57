import { startEsi } from '../stage/esi.js';
import { brokersOf, copyMarket, openBroker, startIngest } from '../stage/ingest.js';
import { applyLoad } from '../stage/load.js';
import { startApi, type Env } from '../stage/product-process.js';
import type { Stage } from '../stage/stage.js';
import type { Result, Subject } from '../subject.js';
import { NOT_CACHED, sizesOf } from './sizes.js';

const LATENCY_MS = 50;
const CONNECTIONS = 4;
const REQUESTS_PER_SECOND = 20;
const PATHS = [
  '/api/v1/contracts',
  '/api/v1/contracts/ships?sort=price',
  '/api/v1/contracts?category_id=9&is_blueprint_copy=true',
  '/api/v1/contracts?q=rifter',
];
const MOST_ROUNDS = 3;
/** Times those of one side: long enough for the whole of an ingest, its list and its items. */
const LONGER = 10;
/** What a worker takes in while ESI answers in 50 ms. */
const CONTRACTS_PER_SECOND = 250;
/** Of wormholes, where the market of the bench has nothing: what is there already stays as it is. */
const EMPTY_REGION = '11000001';
/** Empty: the product's own. */
const DEFAULT_BUDGET = { ESI_MAX_REQUESTS_PER_SECOND: '' };
/** Bids of what is there are asked for every five minutes, and not all at once. */
const PREPARE = `
  UPDATE regions SET next_due_at = NULL, generation = NULL WHERE region_id = ${EMPTY_REGION};
  UPDATE contracts SET bids_due_at = now() + contract_id % 300 * interval '1 second' WHERE type = 'auction'`;

export const apiBesideIngest: Subject = {
  id: 'B14',
  title: 'API p95 while a cold ingest runs beside it',

  async measure(stage) {
    const results: Result[] = [];
    // An ingest makes every answer old at once: without keeping any, both sides do the same work.
    for (const [kept, api] of [
      ['answers kept', {}],
      ['no answer kept', NOT_CACHED],
    ] as const) {
      results.push(await measureBeside(stage, `${kept}, budget raised`, api, {}));
      results.push(await measureBeside(stage, `${kept}, budget as by default`, api, DEFAULT_BUDGET));
    }
    return results;
  },
};

async function measureBeside(stage: Stage, what: string, apiEnv: Env, workerEnv: Env): Promise<Result> {
  const { rounds } = stage.options;
  const seconds = stage.options.seconds * LONGER;
  const ours: number[] = [];
  const limit: number[] = [];
  for (let round = 0; round < Math.min(rounds, MOST_ROUNDS); round += 1) {
    const market = await stage.marketDatabase(sizesOf(stage.options).market);
    const databaseUrl = await copyMarket(stage, market, PREPARE);
    const api = await startApi(stage, databaseUrl, apiEnv);
    const load = { url: api.url, paths: PATHS, connections: CONNECTIONS, perSecond: REQUESTS_PER_SECOND };
    const p95 = async () => (await applyLoad(load, seconds)).p95Ms;
    await p95();
    limit.push(await p95());
    const esi = await startEsi(stage, { contracts: seconds * CONTRACTS_PER_SECOND, latencyMs: LATENCY_MS });
    const [broker = 'PostgreSQL'] = brokersOf(stage);
    const queueUrl = await openBroker(stage, broker, databaseUrl);
    const ingest = { databaseUrl, queueUrl, esi };
    const worker = await startIngest(stage, ingest, { REGION_IDS: EMPTY_REGION, ...workerEnv });
    ours.push(await p95());
    const { items } = await esi.requests();
    if (items === 0) {
      throw new Error('Nothing was taken in beside the API');
    }
    stage.log(
      `${what}: p95 idle ${limit.at(-1)?.toFixed(1)} ms, beside an ingest ${ours.at(-1)?.toFixed(1)} ms`,
    );
    await worker.stop();
    await api.stop();
  }
  return {
    subject: 'B14',
    what: `p95 of ${PATHS.length} queries at ${REQUESTS_PER_SECOND} requests/s while a cold ingest runs, ${what}`,
    beside: 'the same API idle',
    unit: 'ms',
    ours,
    limit,
    bound: { kind: 'at most', value: 1.5 },
  };
}
