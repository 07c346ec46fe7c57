import { get, type ClientRequest } from 'node:http';
import { runSql } from '../../setup/run-sql.js';
import { THE_FORGE } from '../data/universe.js';
import { startEsi } from '../stage/esi.js';
import { brokersOf, copyMarket, openBroker, startIngest } from '../stage/ingest.js';
import { readMemory } from '../stage/process-memory.js';
import { startApi } from '../stage/product-process.js';
import type { Stage } from '../stage/stage.js';
import type { Result, Subject } from '../subject.js';
import { waitForNumber } from '../stage/wait-for-number.js';
import { sizesOf } from './sizes.js';

const SWEEP_TIMEOUT_MS = 580_000;
const STREAMS = 1_000;
const OPENED_AT_ONCE = 50;
const WORKER_MB = 300;
const API_MB = 250;

export const memory: Subject = {
  id: 'B11',
  title: 'Memory: worker at 34 and at 1,000 pages; API at 1,000 streams',

  async measure(stage) {
    const [few, many] = stage.options.quick ? [5, 50] : [34, 1_000];
    const ofFew = await sweepOnce(stage, few);
    const ofMany = await sweepOnce(stage, many);
    const ofApi = await holdStreams(stage);
    const result = (what: string, ours: number, beside: string, limit: number): Result => ({
      subject: 'B11',
      what,
      beside,
      unit: 'MB',
      ours: [ours],
      limit: [limit],
      bound: { kind: 'at most', value: 1 },
    });
    return [
      result(`worker, the most, sweep of ${few} pages`, ofFew, `${WORKER_MB} MB`, WORKER_MB),
      result(`worker, the most, sweep of ${many} pages`, ofMany, `${WORKER_MB} MB`, WORKER_MB),
      {
        ...result(`worker at ${many} pages`, ofMany, `worker at ${few} pages`, ofFew),
        bound: null,
        notes: ['Flat would be 1.'],
      },
      result(`API, the most, ${STREAMS} streams`, ofApi, `${API_MB} MB`, API_MB),
    ];
  },
};

/** The most that a worker took for a whole sweep, its items switched off: what is measured is the list. */
async function sweepOnce(stage: Stage, pages: number): Promise<number> {
  const esi = await startEsi(stage, { contracts: pages * 1_000, latencyMs: 0 });
  const empty = await stage.marketDatabase({ contracts: 0, outstanding: 0 });
  const databaseUrl = await copyMarket(
    stage,
    empty,
    `DELETE FROM regions; INSERT INTO flags (name, enabled, reason, changed_by) VALUES ('items', false, 'bench', 'bench')`,
  );
  const [broker = 'PostgreSQL'] = brokersOf(stage);
  const queueUrl = await openBroker(stage, broker, databaseUrl);
  const worker = await startIngest(stage, { databaseUrl, queueUrl, esi });
  await waitForNumber(
    databaseUrl,
    `SELECT count(last_complete_sweep_at) AS value FROM regions WHERE region_id = ${THE_FORGE}`,
    { atLeast: 1, what: 'the sweep is complete', timeoutMs: SWEEP_TIMEOUT_MS },
  );
  const { mostMb } = await readMemory(worker.pid);
  await worker.stop();
  return mostMb;
}

/** The most that an API took which served so many event streams at the same time. */
async function holdStreams(stage: Stage): Promise<number> {
  const market = await stage.marketDatabase(sizesOf(stage.options).market);
  const databaseUrl = await copyMarket(stage, market, 'SELECT');
  const api = await startApi(stage, databaseUrl, { STREAMS_PER_ADDRESS: String(STREAMS) });
  const streams: ClientRequest[] = [];
  stage.onEnd(() => Promise.resolve(streams.forEach((stream) => stream.destroy())));
  while (streams.length < STREAMS) {
    const opened = await Promise.all(Array.from({ length: OPENED_AT_ONCE }, () => openStream(api.url)));
    streams.push(...opened.filter((stream) => stream !== null));
  }
  // Something for all of them to tell, and so long that it is told.
  await runSql(
    databaseUrl,
    `INSERT INTO changes (kind, contract_id) SELECT 'appeared', contract_id FROM contracts ORDER BY contract_id DESC LIMIT 200`,
  );
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  return (await readMemory(api.pid)).mostMb;
}

/** Null where it was refused, as is what is not answered in time. */
function openStream(apiUrl: string): Promise<ClientRequest | null> {
  return new Promise((resolve, reject) => {
    const stream = get(`${apiUrl}/api/v1/contracts/stream`, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? stream : null);
    });
    // It ends when the API does; by then nobody waits for it.
    stream.on('error', reject);
  });
}
