import { randomBytes, scryptSync } from 'node:crypto';
import { createApiApp, readApiConfig } from '@hangar-bay/api';

import { createEmptyDatabase, createTestDatabase } from '../setup/test-database.js';
import { migrateQueues } from '@hangar-bay/queues';

export const PASSWORD = 'correct horse battery staple';
const KEY = 'first:0123456789abcdef0123456789abcdef';

export interface ApiUnderTest {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly databaseUrl: string;
  readonly queueUrl: string;
  stop(): Promise<void>;
}

export type Env = Readonly<Record<string, string>>;

/** What an API needs in its environment to listen on a free port of loopback and say little. */
export function envOf(databaseUrl: string, more: Env = {}): Env {
  return {
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'error',
    AUTH_JWT_KEYS: KEY,
    // Tests ask more than a person does.
    RATE_LIMIT_PER_MINUTE: '1000000',
    // They change data between two questions and want to see it at once.
    RESPONSE_CACHE_MB: '0',
    ...more,
  };
}

/** Starts the API on a database and queues that nobody else uses. */
export async function startApi(more: Env = {}): Promise<ApiUnderTest> {
  const [database, queue] = await Promise.all([createTestDatabase(), createEmptyDatabase()]);
  await migrateQueues(queue.url);
  const app = createApiApp(readApiConfig(envOf(database.url, { QUEUE_URL: queue.url, ...more })));
  const { url } = await app.start();
  return {
    url,
    databaseUrl: database.url,
    queueUrl: queue.url,
    async stop() {
      await app.stop();
      await Promise.all([database.drop(), queue.drop()]);
    },
  };
}

/** `OPS_USERS` with one operator, ada, and one viewer, vic; both have PASSWORD. */
export function twoOperators(): string {
  const hash = hashCheaply(PASSWORD);
  return `ada:${hash},vic:${hash}:viewer`;
}

/** What `hashPassword` makes, at a cost that lets tests sign in often. */
export function hashCheaply(password: string): string {
  const [N, r, p] = [1_024, 8, 1];
  const salt = randomBytes(16);
  const hash = scryptSync(password, salt, 32, { N, r, p });
  return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}
