import { findStuckJobs } from '../chaos/find-leaks.js';
import { openStage, type Stage } from '../chaos/stage.js';
import type { QueueBackend } from '../setup/test-queues.js';
import { waitUntil } from '../setup/wait-until.js';
import { startApiInstances, type ApiInstances } from './api-instances.js';
import { followStream, type FollowedStream } from './follow-stream.js';
import { startLoad, type LoadResult } from './load.js';

const WORKERS = 2;
const INSTANCES = 2;
const MAX_COMPLAINTS = 20;
/** Between an answer and a client's next question: processes that start need the machine too. */
const THINK_MS = 50;

export interface RollingRestart {
  readonly load: LoadResult;
  readonly events: number;
  readonly resumptions: number;
  readonly contracts: number;
  /** Processes that were replaced. */
  readonly restarts: number;
  /** One line for each thing that was lost, cut or refused. */
  readonly problems: readonly string[];
}

export interface RollingRestartOptions {
  readonly nginxPath: string;
  readonly openQueue: QueueBackend['open'];
  /** Size of the sandbox's world. */
  readonly contracts: number;
  /** How often each process is replaced. */
  readonly rounds: number;
  /** Clients that ask without a pause. */
  readonly clients: number;
}

/**
 * Replaces every worker and every instance of the API, one after the other, while clients ask, a stream is followed and
 * ESI's lists change. In the end every request has its answer, every process ended well, the database equals the truth,
 * and the stream has told everything once.
 */
export async function restartAll(options: RollingRestartOptions): Promise<RollingRestart> {
  const { nginxPath, openQueue, contracts, clients } = options;
  const stage = await openStage({ queue: openQueue, contracts, latencyMs: 50 });
  let apis: ApiInstances | undefined;
  try {
    apis = await startApiInstances({
      ...{ nginxPath, count: INSTANCES, databaseUrl: stage.databaseUrl, queueUrl: stage.queueUrl },
      // Answers from memory would spare the database the load.
      env: { RESPONSE_CACHE_MB: '1' },
    });
    const stream = await followStream(apis.url);
    const load = startLoad(apis.url, clients, THINK_MS);
    await stage.workers.startAll(WORKERS);
    const problems: string[] = [];
    try {
      problems.push(...(await rollThrough(stage, apis, options.rounds)));
      await stage.settle();
      // What is still not told then is told below.
      await waitUntil(async () => (await compareEvents(stage, stream)).length === 0).catch(() => undefined);
    } finally {
      await stream.close();
    }
    const result = await load.stop();
    return {
      load: result,
      events: stream.events.length,
      resumptions: stream.resumptions,
      contracts: await stage.count('contracts'),
      restarts: options.rounds * (WORKERS + INSTANCES),
      problems: [
        ...problems,
        ...[...result.failures].map(([failure, count]) => `${count} × ${failure}`),
        ...(result.failures.size > 0 ? apis.complaints().slice(-MAX_COMPLAINTS) : []),
        ...(await stage.differences()),
        ...(await compareEvents(stage, stream)),
        ...stream.problems,
        ...(await stopWorkers(stage)),
        ...describeFailedJobs(stage),
      ],
    };
  } finally {
    await apis?.close();
    await stage.close();
  }
}

/** A worker is told to stop while sweeps of a new generation run. */
function rollThrough(stage: Stage, apis: ApiInstances, rounds: number): Promise<string[]> {
  return stage.withQueues(async ({ queues }) => {
    const sweeps = queues.find(({ name }) => name === 'region-sweep');
    const problems: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const address of apis.addresses) {
        problems.push(...(await apis.restart(address)));
      }
      for (const worker of stage.workers.running()) {
        await stage.moveOn();
        await waitUntil(async () => ((await sweeps?.getActiveCount()) ?? 0) > 0, {
          what: 'a region is swept',
        });
        const { code, signal } = await worker.stop();
        if (code !== 0) {
          problems.push(`a worker ended with ${code ?? signal}, not with 0`);
        }
        await stage.workers.startAll(1);
      }
    }
    return problems;
  });
}

/** One line for each change that the stream did not tell, or not as often as it happened. */
async function compareEvents(stage: Stage, { events }: FollowedStream): Promise<string[]> {
  const changes = await stage.query(
    `SELECT kind, contract_id FROM changes WHERE kind IN ('appeared', 'gone')`,
  );
  const happened = countEach(
    changes.map(({ kind, contract_id }) => `contract.${String(kind)} ${String(contract_id)}`),
  );
  const told = countEach(
    events
      .filter(({ event }) => event !== 'reset')
      .map(({ event, data }) => `${event} ${String(data['contract_id'])}`),
  );
  return [...new Set([...happened.keys(), ...told.keys()])]
    .filter((key) => happened.get(key) !== told.get(key))
    .map((key) => `${key}: told ${told.get(key) ?? 0} times, happened ${happened.get(key) ?? 0} times`);
}

function countEach(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

async function stopWorkers(stage: Stage): Promise<string[]> {
  await Promise.all(stage.workers.running().map((worker) => worker.stop()));
  return findStuckJobs(stage);
}

function describeFailedJobs({ workers }: Stage): string[] {
  const failed = workers.logged('job failed, for good') + workers.logged('sent to the dead letter');
  return failed === 0 ? [] : [`${failed} jobs failed for good`];
}
