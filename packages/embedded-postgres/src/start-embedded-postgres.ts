import { dirname, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import { locateBinaries } from './binaries.js';
import type { Cluster } from './cluster.js';
import { DATABASE_NAME, USER_NAME } from './cluster.js';
import { createDirectory } from './create-directory.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { initializeData } from './initialize-data.js';
import { takeOwnership } from './ownership.js';
import { readPassword } from './password-file.js';
import { findRunningServer } from './postmaster-file.js';
import { chooseServerAccount } from './server-account.js';
import { startServer, stopServer } from './server-process.js';

const STATE_CHANGE_TIMEOUT_MS = 120_000;
const STATE_POLL_MS = 100;

export interface EmbeddedPostgresOptions {
  /** PostgreSQL's data. Its password is kept beside it, in `<dataDir>.password`. */
  dataDir: string;
  /** On 127.0.0.1; 0 or absent for a free one. */
  port?: number;
  /** Server settings as in postgresql.conf, such as `{ shared_buffers: '256MB' }`. */
  settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  /** `postgresql://user:password@127.0.0.1:port/hangar_bay` */
  url: string;
  /** True when the server was left running by a launcher that was killed; it keeps its port and settings. */
  adopted: boolean;
  /** Stops the server, adopted or not. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL from the programs in node_modules, creating data and database on first use. It listens on loopback
 * only and lives on when this process dies, until somebody adopts or stops it.
 * @throws EmbeddedPostgresError whose first line says what happened and what to do.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const cluster = await openCluster(resolve(options.dataDir));
  const { port, adopted } = await startOrAdopt(cluster, options);
  try {
    const password = await readPassword(cluster.dataDir);
    const urlOf = (database: string): string =>
      `postgresql://${USER_NAME}:${password}@127.0.0.1:${port}/${database}`;
    const ownership = await takeOwnership(urlOf('postgres'), cluster.dataDir);
    let stopped: Promise<void> | undefined;
    return {
      url: urlOf(DATABASE_NAME),
      adopted,
      stop: () => (stopped ??= ownership.release().then(() => stopServer(cluster))),
    };
  } catch (error) {
    if (!adopted) {
      await stopServer(cluster);
    }
    throw error;
  }
}

async function openCluster(dataDir: string): Promise<Cluster> {
  try {
    await createDirectory(dirname(dataDir));
    const binaries = await locateBinaries();
    const account = await chooseServerAccount(binaries, dataDir);
    const cluster = { dataDir, binaries, account };
    await initializeData(cluster);
    return cluster;
  } catch (error) {
    throw explainFileError(error, dataDir);
  }
}

async function startOrAdopt(
  cluster: Cluster,
  options: EmbeddedPostgresOptions,
): Promise<{ port: number; adopted: boolean }> {
  const deadline = Date.now() + STATE_CHANGE_TIMEOUT_MS;
  for (;;) {
    const server = await findRunningServer(cluster.dataDir);
    if (server === undefined) {
      return {
        port: await startServer(cluster, options.port ?? 0, options.settings ?? {}),
        adopted: false,
      };
    }
    if (server.isReady) {
      return { port: server.port, adopted: true };
    }
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `PostgreSQL on ${cluster.dataDir} has been starting or stopping for too long. See ${cluster.dataDir}/server.log.`,
      );
    }
    await wait(STATE_POLL_MS);
  }
}

const PERMISSION_CODES = new Set(['ENOENT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOSPC']);

function explainFileError(error: unknown, dataDir: string): unknown {
  if (isNativeError(error) && 'code' in error && PERMISSION_CODES.has(String(error.code))) {
    return new EmbeddedPostgresError(
      `Cannot use ${dataDir} for PostgreSQL's data (${error.message}). Set DATA_DIR to a directory that this user can write to.`,
      { cause: error },
    );
  }
  return error;
}
