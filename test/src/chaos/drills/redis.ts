import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startRedis } from '../../setup/redis-server.js';
import type { Drill } from '../drill.js';
import { createRandom } from '../random.js';
import { requireRecovery } from '../recover.js';
import type { Service, Stage } from '../stage.js';

const MAX_WORK_MS = 2_000;
/** BullMQ waits up to 20 s between attempts to connect again: an absence of a minute differs from this in nothing else. */
const ABSENCE_MS = 20_000;

interface OwnRedis extends Service {
  /** What is written stays, as far as Redis's log of it goes. */
  restart(absenceMs: number): Promise<void>;
}

async function startOwnRedis(): Promise<OwnRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'hangar-bay-drill-'));
  let server = await startRedis(directory, { persistent: true });
  if (server === undefined) {
    throw new Error('redis-server is not installed');
  }
  const { url } = server;
  let restarting: Promise<void> | undefined;

  async function restart(absenceMs: number): Promise<void> {
    await server?.stop();
    await sleep(absenceMs);
    server = await startRedis(directory, { port: Number(new URL(url).port), persistent: true });
  }

  return {
    url,
    restart: (absenceMs) => (restarting = restart(absenceMs)),
    async drop() {
      await restarting;
      await server?.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Something happens to Redis under two workers that are at work, several times at random moments. */
function troubleRedis(
  name: string,
  what: string,
  times: number,
  trouble: (redis: OwnRedis, stage: Stage) => Promise<void>,
): Drill {
  return {
    name,
    backends: ['Redis'],
    timeoutMs: 240_000,
    async run({ open, onEnd, injected, seed }) {
      const random = createRandom(seed);
      const redis = await startOwnRedis();
      onEnd(() => redis.drop());
      const queue: Service = { url: redis.url, drop: () => Promise.resolve() };
      const stage = await open({ latencyMs: 10, queue: () => Promise.resolve(queue) });
      await stage.workers.startAll(2);
      for (let time = 0; time < times; time += 1) {
        await sleep(random() * MAX_WORK_MS);
        await trouble(redis, stage);
        injected[what] = time + 1;
        await stage.moveOn();
      }
      await requireRecovery(stage);
    },
  };
}

async function withRedis(url: string, use: (redis: Redis) => Promise<unknown>): Promise<void> {
  const redis = new Redis(url);
  try {
    await use(redis);
  } finally {
    await redis.quit();
  }
}

/** As in https://github.com/taskforcesh/bullmq/issues/4311: the jobs have gone, their keys have stayed. */
export const strayKeys = troubleRedis(
  'stray-deduplication-keys',
  'keys of jobs that do not exist',
  1,
  async (redis, stage) => {
    await stage.settle();
    await stage.workers.killAll();
    await withRedis(redis.url, async (client) => {
      for (const regionId of stage.regionIds) {
        await client.set(`hangar-bay:region-sweep:de:region-${regionId}`, 'a-job-that-is-gone');
      }
    });
    await stage.workers.startAll(1);
  },
);

export const REDIS_DRILLS: readonly Drill[] = [
  troubleRedis('redis-restarted', 'restarts', 3, (redis) => redis.restart(0)),
  troubleRedis('redis-flushed', 'FLUSHALL', 4, (redis) =>
    withRedis(redis.url, (client) => client.flushall()),
  ),
  troubleRedis('redis-gone', `absences of ${ABSENCE_MS / 1000} s`, 1, (redis) => redis.restart(ABSENCE_MS)),
  strayKeys,
];
