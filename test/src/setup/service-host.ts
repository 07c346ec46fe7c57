import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@hangar-bay/embedded-postgres';
import type { EmbeddedPostgres } from '@hangar-bay/embedded-postgres';
import { findChromium } from './find-chromium.js';
import { findProgram } from './find-program.js';
import { createTemplateDatabase } from './template-database.js';
import { startRedis } from './redis-server.js';
import type { RedisServer } from './redis-server.js';
import type { TestServices } from './test-services.js';

/** A cluster that is thrown away may lose everything in a power failure. */
const THROWAWAY_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
};

const WITHOUT_REDIS =
  'redis-server is not installed: every test of the queues on Redis is skipped, those on PostgreSQL run. ' +
  'Install it (Debian: apt-get install redis-server) to run them too.';

const WITHOUT_CHROMIUM =
  'chromium is not installed: the tests in a browser are skipped. ' +
  'Install it (Debian: apt-get install chromium), or say where it is with CHROMIUM_PATH, to run them too.';

const WITHOUT_NGINX =
  'nginx is not installed: the tests behind the proxy of docker/compose.yaml are skipped. ' +
  'Install it (Debian: apt-get install nginx) to run them too.';

let directory: string | undefined;
let postgres: EmbeddedPostgres | undefined;
let redis: RedisServer | undefined;

// Ctrl-C reaches this process too; it stops when jest has gone, which closes the channel.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
const jestIsGone = new Promise<void>((resolve) => {
  process.once('disconnect', resolve);
});

try {
  const { services, notices } = await startServices();
  process.send?.({ services, notices });
  await jestIsGone;
} catch (error) {
  process.send?.({ error: error instanceof Error ? error.message : String(error) });
} finally {
  await stopServices();
  if (process.connected) {
    process.disconnect();
  }
}

async function startServices(): Promise<{ services: TestServices; notices: string[] }> {
  directory = await mkdtemp(join(tmpdir(), 'hangar-bay-test-'));
  // Where root runs the tests, PostgreSQL runs as another user.
  await chmod(directory, 0o711);
  redis = await startRedis(directory);
  if (redis === undefined && process.env['CI'] === 'true') {
    throw new Error('redis-server is not installed, and in CI no test may be skipped. Install it.');
  }
  const chromiumPath = findChromium();
  if (chromiumPath === undefined && process.env['CI'] === 'true') {
    throw new Error('chromium is not installed, and in CI no test may be skipped. Install it.');
  }
  const nginxPath = findProgram('nginx');
  if (nginxPath === undefined && process.env['CI'] === 'true') {
    throw new Error('nginx is not installed, and in CI no test may be skipped. Install it.');
  }
  postgres = await startEmbeddedPostgres({
    dataDir: join(directory, 'postgres'),
    settings: THROWAWAY_SETTINGS,
  });
  const adminUrl = postgres.url;
  await createTemplateDatabase(adminUrl);
  return {
    services: {
      adminUrl,
      ...(redis === undefined ? {} : { redisUrl: redis.url }),
      ...(chromiumPath === undefined ? {} : { chromiumPath }),
      ...(nginxPath === undefined ? {} : { nginxPath }),
    },
    notices: [
      ...(redis === undefined ? [WITHOUT_REDIS] : []),
      ...(chromiumPath === undefined ? [WITHOUT_CHROMIUM] : []),
      ...(nginxPath === undefined ? [WITHOUT_NGINX] : []),
    ],
  };
}

async function stopServices(): Promise<void> {
  await Promise.allSettled([redis?.stop(), postgres?.stop()]);
  if (directory !== undefined) {
    await rm(directory, { recursive: true, force: true });
  }
}
