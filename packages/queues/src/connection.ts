import {
  createPostgresBackend,
  createRedisBackend,
  withBackend,
  type BackendFactory,
  type Queue,
  type RedisQueueBackend,
  type Worker,
} from 'bullmq';
import { setImmediate } from 'node:timers/promises';
import pg from 'pg';
import { QUEUE_NAMES } from './registry.js';

export interface BrokerOptions {
  /** `redis://` or `rediss://`: Redis or Valkey; `postgresql://`: PostgreSQL, in the schema `bullmq`. */
  readonly url: string;
  /** Keeps systems that share a Redis apart. */
  readonly prefix?: string;
}

/** Statements at once on PostgreSQL, over all queues of a process. Besides, each worker holds a connection to be woken by. */
const POOL_SIZE = 6;
const CONNECT_TIMEOUT_MS = 5_000;
/**
 * For the producer's commands on Redis. One that was under way when the connection was lost is not among those that
 * ioredis gives up after `maxRetriesPerRequest`, and would wait until Redis is back.
 */
const COMMAND_TIMEOUT_MS = 5_000;
/** BullMQ does not set it on connections that it is given. */
const SCHEMA = 'bullmq';

export type Broker = ReturnType<typeof openBroker>;

/** BullMQ's classes bound to the broker that the URL names, with the connections of either side. */
export function openBroker({ url, prefix = 'hangar-bay' }: BrokerOptions) {
  return /^rediss?:/.test(url) ? openRedis(url, prefix) : openPostgres(url, prefix);
}

function openRedis(url: string, prefix: string) {
  return {
    classes: withBackend(createRedisBackend),
    prefix,
    // Options instead of an open connection: BullMQ then closes what it opened, and the process can end.
    // Adding a job fails within about a second while Redis is away, instead of waiting for ever. Without the offline
    // queue it would fail at once, and so would the first job of a process whose connection is still being made.
    producer: { url, maxRetriesPerRequest: 1, commandTimeout: COMMAND_TIMEOUT_MS } as object,
    // Taking jobs waits for Redis to come back.
    consumer: { url, maxRetriesPerRequest: null } as object,
    isConnected,
    closeQueue,
    keepTrying: () => undefined,
    close: () => Promise.resolve(),
  };
}

/** Whether the connections of a queue or worker are open, and not between two attempts to open them. */
async function isConnected(of: Queue | Worker): Promise<boolean> {
  const { client, blockingClient } = of.getBackend();
  // The clients of one that has never reached Redis are promises that stay open, or have failed.
  const opened = Promise.all([client, blockingClient]).catch(() => []);
  const clients = await Promise.race([opened, setImmediate([])]);
  return clients.length > 0 && clients.every((open) => open === undefined || open.status === 'ready');
}

/** Says good-bye to Redis where it is there: where it is not, that would fail, or wait for it. */
async function closeQueue(queue: Queue): Promise<void> {
  if (await isConnected(queue)) {
    await queue.close();
  } else {
    await queue.getBackend().close(true);
  }
}

/**
 * BullMQ remembers a first connection to PostgreSQL that failed, and a queue then fails for ever. This forgets it, so
 * that whatever is asked next tries again.
 */
function keepTrying(queue: Queue): void {
  const backend = queue.getBackend() as unknown as Started & { readonly connection: Started };
  for (const started of [backend, backend.connection]) {
    let readyPromise = started.readyPromise;
    const forget = (failed: Started['readyPromise']) =>
      failed?.catch(() => (readyPromise = readyPromise === failed ? undefined : readyPromise));
    void forget(readyPromise);
    Object.defineProperty(started, 'readyPromise', {
      get: () => readyPromise,
      set(begun: Started['readyPromise']) {
        readyPromise = begun;
        void forget(begun);
      },
    });
  }
}

interface Started {
  readyPromise?: Promise<void> | undefined;
}

/** One pool for all queues of the process: with one each, a few processes would use up a server's 100 connections. */
function openPostgres(url: string, prefix: string) {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE + QUEUE_NAMES.length,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    options: `-c search_path=${SCHEMA}`,
  });
  // Each queue and worker reports the pool's errors by a listener of its own.
  pool.setMaxListeners(0);
  pool.on('error', () => undefined);
  // One that is lost while everything closes has nobody else to tell.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return {
    // The classes of both brokers are the same; the type says Redis, which is what Bull Board and others name.
    classes: withBackend(createPostgresBackend as unknown as BackendFactory<RedisQueueBackend>),
    prefix,
    producer: pool as object,
    consumer: pool as object,
    // A pool opens another connection in the place of a lost one.
    isConnected: () => Promise.resolve(true),
    closeQueue: (queue: Queue) => queue.close(),
    keepTrying,
    close: () => pool.end(),
  };
}
