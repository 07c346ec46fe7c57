import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { migrateDatabase } from '@hangar-bay/database';
import { startEmbeddedPostgres } from '@hangar-bay/embedded-postgres';
import { runSql } from './run-sql.js';

export interface ReplicatedDatabase {
  /** Migrated. */
  readonly primaryUrl: string;
  readonly standbyUrl: string;
  /** The standby gets what the primary writes, and shows none of it. */
  pauseReplay(): Promise<void>;
  resumeReplay(): Promise<void>;
  stop(): Promise<void>;
}

const SETTINGS = { fsync: 'off', max_connections: '40', shared_buffers: '32MB', wal_keep_size: '64MB' };

/** A primary and a standby that follows it: servers of their own, since the one of all tests has none. */
export async function startReplicatedDatabase(): Promise<ReplicatedDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'hangar-bay-replica-'));
  // Where root runs the tests, PostgreSQL runs as another user.
  await chmod(directory, 0o711);
  const [primaryDir, standbyDir] = [join(directory, 'primary'), join(directory, 'standby')];
  const first = await startEmbeddedPostgres({ dataDir: primaryDir, settings: SETTINGS });
  await migrateDatabase(first.url);
  await first.stop();
  // With its owner. The copy of a server that was stopped is a backup of it.
  await promisify(execFile)('cp', ['-a', primaryDir, standbyDir]);
  await copyFile(`${primaryDir}.password`, `${standbyDir}.password`);
  await writeFile(join(standbyDir, 'standby.signal'), '');

  const primary = await startEmbeddedPostgres({ dataDir: primaryDir, settings: SETTINGS });
  const { hostname, port, username, password } = new URL(primary.url);
  const standby = await startEmbeddedPostgres({
    dataDir: standbyDir,
    settings: {
      ...SETTINGS,
      primary_conninfo: `host=${hostname} port=${port} user=${username} password=${password}`,
    },
  });
  return {
    primaryUrl: primary.url,
    standbyUrl: standby.url,
    async pauseReplay() {
      await runSql(standby.url, 'SELECT pg_wal_replay_pause()');
    },
    async resumeReplay() {
      await runSql(standby.url, 'SELECT pg_wal_replay_resume()');
    },
    async stop() {
      await Promise.allSettled([standby.stop(), primary.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
