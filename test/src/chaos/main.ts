import { startServices } from '../setup/services-of-a-command.js';
import { testQueueUrls } from '../setup/test-queues.js';
import { DRILLS } from './drills/index.js';
import type { Counts } from './drill.js';
import { runDrill, type DrillResult } from './run-drill.js';

const AT_A_TIME = 2;
const USAGE = `Usage: chaos [--seed N] [name…]\nDrills: ${DRILLS.map(({ name }) => name).join(', ')}`;

function print({ name, backend, seed, seconds, injected, counted, problem, complaints }: DrillResult): void {
  console.log(
    `${problem === null ? 'PASS' : 'FAIL'}  ${name}, queues on ${backend}  (${seconds.toFixed(1)} s, seed ${seed})`,
  );
  console.log(`      injected: ${list(injected)}`);
  console.log(`      counted:  ${list(counted)}`);
  if (problem !== null) {
    console.log([problem, 'The workers said:', ...complaints].join('\n').replaceAll(/^/gm, '      | '));
  }
}

const list = (counts: Counts): string =>
  Object.entries(counts)
    .map(([what, count]) => `${what}: ${count}`)
    .join('; ');

async function run(args: readonly string[], stopping: AbortSignal): Promise<boolean> {
  const at = args.indexOf('--seed');
  const seed = at < 0 ? Math.floor(Math.random() * 1_000_000) : Number(args[at + 1]);
  const names = args.filter((_arg, index) => at < 0 || (index !== at && index !== at + 1));
  const unknown = names.filter((name) => !DRILLS.some((drill) => drill.name === name));
  if (unknown.length > 0 || !Number.isInteger(seed)) {
    throw new Error(
      `${unknown.length > 0 ? `No such drill: ${unknown.join(', ')}` : 'The seed is no whole number'}\n${USAGE}`,
    );
  }
  const before = performance.now();
  const stopServices = await startServices();
  const results: DrillResult[] = [];
  const runs = DRILLS.filter(({ name }) => names.length === 0 || names.includes(name)).flatMap((drill) =>
    testQueueUrls()
      .filter(({ backend }) => drill.backends.includes(backend))
      .map((backend) => ({ drill, backend })),
  );
  const runInTurn = async () => {
    for (let run = runs.shift(); run !== undefined && !stopping.aborted; run = runs.shift()) {
      const result = await runDrill(run.drill, run.backend, seed, stopping);
      results.push(result);
      print(result);
    }
  };
  try {
    // A drill waits most of its time, and has its own database, queues and ESI.
    await Promise.all(Array.from({ length: AT_A_TIME }, runInTurn));
  } finally {
    await stopServices();
  }
  const failed = results.filter(({ problem }) => problem !== null);
  const seconds = Math.round((performance.now() - before) / 1000);
  console.log(`\n${results.length - failed.length} of ${results.length} drills passed, in ${seconds} s.`);
  return failed.length === 0;
}

// What the drills have started does not outlive them.
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => stopping.abort());
}

try {
  const passed = await run(process.argv.slice(2), stopping.signal);
  process.exitCode = passed && !stopping.signal.aborted ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
