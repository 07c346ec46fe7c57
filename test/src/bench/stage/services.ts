import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MEASURED_SETTINGS, startEmbeddedPostgres } from '@hangar-bay/embedded-postgres';
import { startRedis } from '../../setup/redis-server.js';

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
    settings: MEASURED_SETTINGS,
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
