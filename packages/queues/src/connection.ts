import {
  createPostgresBackend,
  createRedisBackend,
  withBackend,
  type BackendFactory,
  type RedisQueueBackend,
} from 'bullmq';

export interface BrokerOptions {
  /** `redis://` or `rediss://`: Redis or Valkey; `postgresql://`: PostgreSQL, in the schema `bullmq`. */
  readonly url: string;
  /** Keeps systems that share a Redis apart. */
  readonly prefix?: string;
}

/**
 * Connections on PostgreSQL at the most, which every process has five times each: to add jobs to a queue, and to take
 * and end the jobs of one. Each worker holds one more, to be woken by. A server allows 100 unless told otherwise.
 */
const ADDING_POOL = 2;
const TAKING_POOL = 4;

/**
 * BullMQ's classes bound to the broker that the URL names, with the connection options of either side.
 *
 * Options instead of an open connection: BullMQ then closes what it opened, and the process can end.
 */
export function describeBroker({ url, prefix = 'hangar-bay' }: BrokerOptions) {
  if (/^rediss?:/.test(url)) {
    return {
      classes: withBackend(createRedisBackend),
      prefix,
      // Adding a job fails within about a second while Redis is away, instead of waiting for ever. Without the offline
      // queue it would fail at once, and so would the first job of a process whose connection is still being made.
      producer: { url, maxRetriesPerRequest: 1 },
      // Taking jobs waits for Redis to come back.
      consumer: (_concurrency: number) => ({ url, maxRetriesPerRequest: null }),
    };
  }
  const connect = (max: number) => ({ connectionString: url, max, connectionTimeoutMillis: 5_000 });
  return {
    // The classes of both brokers are the same; the type says Redis, which is what Bull Board and others name.
    classes: withBackend(createPostgresBackend as unknown as BackendFactory<RedisQueueBackend>),
    prefix,
    producer: connect(ADDING_POOL),
    consumer: (concurrency: number) => connect(Math.min(concurrency + 1, TAKING_POOL)),
  };
}
