import { setTimeout as wait } from 'node:timers/promises';
import { openStage } from '../chaos/stage.js';
import type { QueueBackend } from '../setup/test-queues.js';
import { startApiInstances } from './api-instances.js';
import { startLoad, type LoadResult } from './load.js';
import { startProxy } from './proxy.js';

const CLIENTS = 16;
const WARM_UP_MS = 2_000;
const MEASURED_MS = 4_000;

export interface ApiMeasurement {
  readonly instances: number;
  readonly load: LoadResult;
}

/** What one and two instances answer behind the proxy, in turns; answers from memory are off, so that all of it is work. */
export async function measureApi(
  nginxPath: string,
  openQueue: QueueBackend['open'],
  contracts: number,
  rounds: number,
): Promise<ApiMeasurement[]> {
  const stage = await openStage({ queue: openQueue, contracts });
  const closing: (() => Promise<void>)[] = [];
  try {
    const [worker] = await stage.workers.startAll(1);
    await stage.settle();
    await worker?.stop();
    await stage.query('ANALYZE');
    const { databaseUrl, queueUrl } = stage;
    const both = await startApiInstances({ nginxPath, count: 2, databaseUrl, queueUrl });
    closing.push(both.close);
    const [address = ''] = both.addresses;
    const one = await startProxy(nginxPath, [address], Number(new URL(both.urls()[0] ?? '').port));
    closing.push(one.close);
    await measureLoad(both.url, WARM_UP_MS);
    const results: ApiMeasurement[] = [];
    for (let round = 0; round < rounds; round += 1) {
      results.push({ instances: 1, load: await measureLoad(one.url, MEASURED_MS) });
      results.push({ instances: 2, load: await measureLoad(both.url, MEASURED_MS) });
    }
    return results;
  } finally {
    for (const close of closing.reverse()) {
      await close();
    }
    await stage.close();
  }
}

async function measureLoad(url: string, ms: number): Promise<LoadResult> {
  const load = startLoad(url, CLIENTS, 0);
  await wait(ms);
  return load.stop();
}
