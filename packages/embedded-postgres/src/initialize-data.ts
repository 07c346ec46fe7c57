import {
  appendFile,
  chown,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Cluster } from './cluster.js';
import { USER_NAME } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { createPassword } from './password-file.js';
import { SETTINGS_FILE } from './settings-file.js';

/**
 * Makes the data directory on first use; afterwards checks that these programs can read what is there.
 * It comes into being by one rename, so that an initdb that was killed half-way leaves nothing to be trusted.
 */
export async function initializeData(cluster: Cluster): Promise<void> {
  const { dataDir } = cluster;
  const entries = await readdir(dataDir).catch(ignoreMissing);
  if (entries === undefined || entries.length === 0) {
    await createData(cluster, entries !== undefined);
    return;
  }
  if (!entries.includes('PG_VERSION')) {
    throw new EmbeddedPostgresError(
      `The directory ${dataDir} is not empty and holds no PostgreSQL data. Set DATA_DIR to another directory.`,
    );
  }
  await checkMajorVersion(cluster);
}

async function createData(cluster: Cluster, emptyDirectoryExists: boolean): Promise<void> {
  const { dataDir, account } = cluster;
  await removeInterruptedAttempts(dataDir);
  const workDir = await mkdtemp(attemptPrefix(dataDir));
  try {
    const passwordFile = join(workDir, 'password');
    await writeFile(passwordFile, await createPassword(dataDir), { mode: 0o600 });
    if (account.owner !== undefined) {
      await chown(workDir, account.owner.uid, account.owner.gid);
      await chown(passwordFile, account.owner.uid, account.owner.gid);
    }
    const newData = join(workDir, 'data');
    await runInitdb(cluster, newData, passwordFile);
    await appendFile(join(newData, 'postgresql.conf'), `\ninclude_if_exists = '${SETTINGS_FILE}'\n`);
    if (emptyDirectoryExists) {
      await rmdir(dataDir);
    }
    await rename(newData, dataDir);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function runInitdb(cluster: Cluster, newData: string, passwordFile: string): Promise<void> {
  const { exitCode, output } = await cluster.account.run(cluster.binaries.initdb, [
    `--pgdata=${newData}`,
    `--username=${USER_NAME}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Built in: the same order and the same lower case on every platform, whatever its C library has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]);
  if (exitCode !== 0) {
    throw new EmbeddedPostgresError(
      `PostgreSQL could not create its data in ${cluster.dataDir} (initdb ended with ${exitCode ?? 'a signal'}):\n${output}`,
    );
  }
}

async function checkMajorVersion(cluster: Cluster): Promise<void> {
  const { dataDir, account, binaries } = cluster;
  const ofData = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim();
  const { output } = await account.run(binaries.postgres, ['--version']);
  const ofPrograms = /(\d+)\.\d+/.exec(output)?.[1];
  if (ofPrograms === undefined) {
    throw new EmbeddedPostgresError(
      `Cannot run ${binaries.postgres}: ${output}. Set DATABASE_URL to a PostgreSQL server of your own.`,
    );
  }
  if (ofData !== ofPrograms) {
    throw new EmbeddedPostgresError(
      `The data in ${dataDir} is of PostgreSQL ${ofData}, this is PostgreSQL ${ofPrograms}. ` +
        'Set DATA_DIR to another directory (contracts are read anew from ESI), or move the data with pg_dump and pg_restore.',
    );
  }
}

async function removeInterruptedAttempts(dataDir: string): Promise<void> {
  const prefix = basename(attemptPrefix(dataDir));
  for (const entry of await readdir(dirname(dataDir))) {
    if (entry.startsWith(prefix)) {
      await rm(join(dirname(dataDir), entry), { recursive: true, force: true });
    }
  }
}

function attemptPrefix(dataDir: string): string {
  return `${dataDir}.init-`;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') {
    throw error;
  }
}
