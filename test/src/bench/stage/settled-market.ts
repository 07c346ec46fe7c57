import { queryValue, runSql } from '../../setup/run-sql.js';
import { runLimit } from '../limits/run-limit.js';
import { readWalPosition } from './database-work.js';
import { startEsi, type BenchEsi, type EsiRequests } from './esi.js';
import { brokersOf, createIngestDatabase, openBroker, startIngest, waitForVisible } from './ingest.js';
import type { Env, ProductProcess } from './product-process.js';
import type { Stage } from './stage.js';
import { waitForNumber } from './wait-for-number.js';

const SWEEP_TIMEOUT_MS = 120_000;
const COUNT_SWEEPS = `SELECT count(*) AS value FROM sweeps WHERE outcome = 'complete'`;

export interface Sweep {
  /** When the caches ended. Milliseconds since 1970. */
  readonly dueAt: number;
  /** From its first request until it is recorded. */
  readonly seconds: number;
  readonly requests: EsiRequests;
  /** Write-ahead log, of everything that the cluster did meanwhile. */
  readonly walBytes: number;
}

/** A market that a worker has taken in whole, and the worker, which waits for the next generation. */
export interface SettledMarket {
  readonly databaseUrl: string;
  readonly esi: BenchEsi;
  readonly worker: ProductProcess;
  /** Makes a new generation with so many new contracts, lets the caches end, and waits until all of it is served. */
  sweep(churn: number): Promise<Sweep>;
}

/** Takes the first of its brokers: what is measured is the sweep, and WAL of queues would hide its own. */
export async function openSettledMarket(
  stage: Stage,
  size: { readonly contracts: number; readonly latencyMs: number },
  env: Env = {},
): Promise<SettledMarket> {
  const esi = await startEsi(stage, { ...size, latencyMs: 0 });
  const databaseUrl = await createIngestDatabase(stage);
  // What is measured comes after the first ingest, which therefore may be any.
  await runLimit(stage, 'bare-ingest', {
    BENCH_ESI_URL: esi.url,
    BENCH_CONCURRENCY: '16',
    BENCH_DATABASE_URL: databaseUrl,
  });
  // Bids have caches of their own, five minutes long, and would be asked for and written between the sweeps.
  await runSql(
    databaseUrl,
    `INSERT INTO flags (name, enabled, reason, changed_by) VALUES ('bids', false, 'bench', 'bench')`,
  );
  const [broker = 'PostgreSQL'] = brokersOf(stage);
  const queueUrl = await openBroker(stage, broker, databaseUrl);
  // Caches end by hand, which the tick before could not foresee.
  const worker = await startIngest(stage, { databaseUrl, queueUrl, esi }, { TICK_SECONDS: '1', ...env });
  await waitForSweeps(databaseUrl, 1);
  // Otherwise autovacuum comes in the middle, for rows that were not swept in.
  await runSql(databaseUrl, 'VACUUM (ANALYZE)');
  await runSql(databaseUrl, 'CHECKPOINT');
  await esi.setLatency(size.latencyMs);
  const sweep = async (churn: number): Promise<Sweep> => {
    const sweeps = Number(await queryValue(databaseUrl, COUNT_SWEEPS));
    await esi.moveOn(churn);
    await esi.reset();
    const dueAt = Date.now();
    // One transaction, which is not what is measured.
    await runSql(
      databaseUrl,
      'UPDATE region_pages SET fresh_until = now(); UPDATE regions SET next_due_at = now()',
    );
    const walBefore = await readWalPosition(databaseUrl);
    await waitForSweeps(databaseUrl, sweeps + 1);
    const endedAt = Math.max(
      await lastSweepEnd(databaseUrl),
      await waitForVisible(databaseUrl, size.contracts),
    );
    const walBytes = (await readWalPosition(databaseUrl)) - walBefore;
    const requests = await esi.requests();
    return { dueAt, seconds: (endedAt - requests.firstAt) / 1000, requests, walBytes };
  };
  // The first sweep stored the pages; this one is as all others.
  await sweep(0);
  return { databaseUrl, esi, worker, sweep };
}

async function waitForSweeps(databaseUrl: string, count: number): Promise<void> {
  const what = `${count} sweeps are complete`;
  await waitForNumber(databaseUrl, COUNT_SWEEPS, { atLeast: count, what, timeoutMs: SWEEP_TIMEOUT_MS });
}

async function lastSweepEnd(databaseUrl: string): Promise<number> {
  const [row] = await runSql(
    databaseUrl,
    'SELECT max(extract(epoch FROM started_at) * 1000 + duration_ms) AS at FROM sweeps',
  );
  return Number(row?.['at']);
}
