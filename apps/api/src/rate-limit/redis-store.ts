import { Redis } from 'ioredis';
import { WINDOW_SECONDS, type RateLimitStore, type SharedWindow } from './rate-limit-store.js';

const KEY_PREFIX = 'hangar-bay:rate-limit:';
const ANSWER_TIMEOUT_MS = 1_000;

/** Counts, and gives a new window its end, in one step: a count without an end would stay for ever. */
const ADD = `
local requests = redis.call('INCRBY', KEYS[1], ARGV[1])
if requests == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return {requests, redis.call('PTTL', KEYS[1])}`;

/** Counts in Redis or Valkey: one round trip for all clients. Connects with the first. */
export function createRedisStore(url: string): RateLimitStore {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    commandTimeout: ANSWER_TIMEOUT_MS,
    connectTimeout: ANSWER_TIMEOUT_MS,
  });
  // Every failed request rejects by itself; without a listener ioredis would print the errors of the connection.
  redis.on('error', () => undefined);

  return {
    async add(requests) {
      const clients = [...requests.keys()];
      const pipeline = redis.pipeline();
      for (const [client, count] of requests) {
        pipeline.eval(ADD, 1, KEY_PREFIX + client, count, WINDOW_SECONDS * 1000);
      }
      const answers = (await pipeline.exec()) ?? [];
      return new Map(answers.map((answer, index) => [clients[index] ?? '', readWindow(answer)] as const));
    },

    close() {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

function readWindow([error, answer]: [error: Error | null, result: unknown]): SharedWindow {
  if (error !== null) {
    throw error;
  }
  const [requests, endsInMs] = answer as [number, number];
  return { requests, endsInMs };
}
