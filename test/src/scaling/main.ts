import { cpus, loadavg } from 'node:os';
import { startServices } from '../setup/services-of-a-command.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { testServices } from '../setup/test-services.js';
import { measureAggregation } from './measure-workers.js';
import { measureApi } from './measure-api.js';
import { restartAll } from './rolling-restart.js';

const ROUNDS = 3;
const WORKERS = [1, 2, 4];
const CONTRACTS = 1_000;
/** Requests that a worker makes at a time: so few that ESI's latency bounds it, and as many as by default. */
const CONCURRENCIES = [4, 16];

/** Numbers that are not of this machine alone: ratios of what is measured in turns. */
async function measureWorkers(queue: ReturnType<typeof testQueueUrls>[number]): Promise<void> {
  for (const concurrency of CONCURRENCIES) {
    const rates = new Map<number, number[]>();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const workers of WORKERS) {
        const { contracts, requests, seconds } = await measureAggregation(
          queue.open,
          workers,
          CONTRACTS,
          concurrency,
        );
        rates.set(workers, [...(rates.get(workers) ?? []), contracts / seconds]);
        console.log(
          `  ${workers} workers × ${concurrency} requests: ${contracts} contracts, ${requests} requests in ${seconds.toFixed(1)} s (${describeMachine()})`,
        );
      }
    }
    printRatios(`contracts a second, ${concurrency} requests a worker at a time`, rates);
  }
}

async function measureInstances(nginxPath: string, queue: ReturnType<typeof testQueueUrls>[number]) {
  const rates = new Map<number, number[]>();
  for (const { instances, load } of await measureApi(nginxPath, queue.open, CONTRACTS, ROUNDS)) {
    rates.set(instances, [...(rates.get(instances) ?? []), load.requests / load.seconds]);
    console.log(
      `  ${instances} instances: ${load.requests} requests in ${load.seconds.toFixed(1)} s, p50 ${load.p50.toFixed(0)} ms, p99 ${load.p99.toFixed(0)} ms, ${load.failures.size === 0 ? 'none failed' : [...load.failures].join('; ')} (${describeMachine()})`,
    );
  }
  printRatios('requests a second', rates);
}

async function measureRestarts(nginxPath: string): Promise<boolean> {
  let isWhole = true;
  for (const { backend, open: openQueue } of testQueueUrls()) {
    const { load, contracts, events, resumptions, restarts, problems } = await restartAll({
      ...{ nginxPath, openQueue, contracts: 600, rounds: 2, clients: 8 },
    });
    isWhole &&= problems.length === 0;
    console.log(
      `${problems.length === 0 ? 'PASS' : 'FAIL'}  queues on ${backend}: ${restarts} processes replaced in ${load.seconds.toFixed(0)} s; ` +
        `${load.requests} requests, p99 ${load.p99.toFixed(0)} ms, longest ${load.longest.toFixed(0)} ms; ` +
        `${contracts} contracts; ${events} events over ${resumptions + 1} streams`,
    );
    problems.forEach((problem) => console.log(`      | ${problem}`));
  }
  return isWhole;
}

function printRatios(what: string, rates: ReadonlyMap<number, readonly number[]>): void {
  const middles = [...rates].map(([count, each]) => [count, median(each)] as const);
  const first = middles[0]?.[1] ?? 1;
  console.log(
    `${what}: ${middles.map(([count, rate]) => `${count}: ${rate.toFixed(0)} (× ${(rate / first).toFixed(2)})`).join(', ')}`,
  );
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const describeMachine = (): string => `load ${loadavg()[0]?.toFixed(1)} of ${cpus().length} cores`;

const stopServices = await startServices();
try {
  const { nginxPath } = testServices();
  const queue = testQueueUrls().at(-1);
  const parts = process.argv.slice(2);
  const isAsked = (part: string) => parts.length === 0 || parts.includes(part);
  if (queue && isAsked('workers')) {
    await measureWorkers(queue);
  }
  if (queue && nginxPath !== undefined && isAsked('api')) {
    await measureInstances(nginxPath, queue);
  }
  if (nginxPath !== undefined && isAsked('restarts')) {
    process.exitCode = (await measureRestarts(nginxPath)) ? 0 : 1;
  }
} finally {
  await stopServices();
}
