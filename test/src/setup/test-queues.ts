import { Redis } from 'ioredis';
import { createEmptyDatabase } from './test-database.js';
import { testServices } from './test-services.js';

interface TestQueue {
  /** A `QUEUE_URL` whose store is empty and nobody else's. */
  url: string;
  drop(): Promise<void>;
}

export interface QueueBackend {
  backend: 'PostgreSQL' | 'Redis';
  open(): Promise<TestQueue>;
}

/**
 * The queue backends to run a suite over: `describe.each(testQueueUrls())('… on $backend', ({ open }) => …)`.
 * Without an installed Redis only PostgreSQL is in the list; the test run says so once.
 */
export function testQueueUrls(): QueueBackend[] {
  const { redisUrl } = testServices();
  const onPostgres: QueueBackend = { backend: 'PostgreSQL', open: createEmptyDatabase };
  return redisUrl === undefined
    ? [onPostgres]
    : [onPostgres, { backend: 'Redis', open: () => takeRedisDatabase(redisUrl) }];
}

async function takeRedisDatabase(redisUrl: string): Promise<TestQueue> {
  const number = await withRedis(redisUrl, (redis) => redis.incr('last-database-taken'));
  const url = `${redisUrl}/${number}`;
  return {
    url,
    async drop() {
      await withRedis(url, (redis) => redis.flushdb());
    },
  };
}

async function withRedis<T>(url: string, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url);
  try {
    return await use(redis);
  } finally {
    await redis.quit();
  }
}
