import { expect, test } from '@jest/globals';
import { testQueueUrls } from '../setup/test-queues.js';
import { killWorkers } from './drills/killed-workers.js';
import { strayKeys } from './drills/redis.js';
import { runDrill } from './run-drill.js';

const SEED = 1;
const DRILLS = [killWorkers('a few killed workers', 4, 120_000), strayKeys];

// The others take minutes: `pnpm chaos`.
const runs = testQueueUrls().flatMap((backend) =>
  DRILLS.filter((drill) => drill.backends.at(-1) === backend.backend).map((drill) => ({
    drill,
    name: drill.name,
    backend,
  })),
);

test.each(runs)(
  '$name: the database equals the truth, and nothing is left behind',
  async ({ drill, backend }) => {
    const { problem, complaints } = await runDrill(drill, backend, SEED);
    expect({ problem, complaints: problem === null ? [] : complaints }).toEqual({
      problem: null,
      complaints: [],
    });
  },
  150_000,
);
