import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmbeddedPostgres } from '@hangar-bay/embedded-postgres';
import { startRedis } from '../../setup/redis-server.js';

/** What `npx pnpm@12 start` runs its own PostgreSQL with: durable, and no more memory than that. */
export const POSTGRES_SETTINGS = { shared_buffers: '256MB', max_connections: '100', work_mem: '16MB' };

export interface Services {
  readonly adminUrl: string;
  readonly redisUrl: string | undefined;
  stop(): Promise<void>;
}

/** PostgreSQL on data that stays for the next run, and an empty Redis where one is installed. */
export async function startServices(dataDir: string): Promise<Services> {
  await mkdir(dataDir, { recursive: true });
  const postgres = await startEmbeddedPostgres({
    dataDir: resolve(dataDir, 'postgres'),
    settings: POSTGRES_SETTINGS,
  });
  const redisDirectory = await mkdtemp(join(tmpdir(), 'hangar-bay-bench-'));
  const redis = await startRedis(redisDirectory);
  return {
    adminUrl: postgres.url,
    redisUrl: redis?.url,
    async stop() {
      await Promise.allSettled([redis?.stop(), postgres.stop()]);
      await rm(redisDirectory, { recursive: true, force: true });
    },
  };
}
