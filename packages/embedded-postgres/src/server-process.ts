import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cluster } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { findRunningServer } from './postmaster-file.js';
import { writeSettings } from './settings-file.js';

/** Recovery after a crash replays up to max_wal_size; a fast stop writes a checkpoint. Slow disks need this long. */
const WAIT_SECONDS = 120;
const LOG_TAIL_LINES = 15;

/** Starts the server and waits until it accepts connections. Port 0 takes a free one. Returns the port. */
export async function startServer(
  cluster: Cluster,
  wantedPort: number,
  settings: Record<string, string>,
): Promise<number> {
  const port = await reservePort(wantedPort);
  const { dataDir, account, binaries } = cluster;
  await writeSettings(dataDir, port, settings);
  const logFile = join(dataDir, 'server.log');
  await rename(logFile, `${logFile}.previous`).catch(() => undefined);
  const { exitCode, output } = await account.run(binaries.pgCtl, [
    'start',
    '--wait',
    `--timeout=${WAIT_SECONDS}`,
    `--pgdata=${dataDir}`,
    `--log=${logFile}`,
  ]);
  if (exitCode !== 0) {
    const log = await readFile(logFile, 'utf8').catch(() => output);
    throw new EmbeddedPostgresError(
      `PostgreSQL did not start on ${dataDir}. The end of ${logFile}:\n${tailOf(log)}`,
    );
  }
  return port;
}

/** Stops the server: running statements are cancelled, everything committed is written. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const { dataDir, account, binaries } = cluster;
  const { exitCode, output } = await account.run(binaries.pgCtl, [
    'stop',
    '--wait',
    '--mode=fast',
    `--timeout=${WAIT_SECONDS}`,
    `--pgdata=${dataDir}`,
  ]);
  // It may have been stopped by somebody else.
  if (exitCode !== 0 && (await findRunningServer(dataDir)) !== undefined) {
    throw new EmbeddedPostgresError(`PostgreSQL on ${dataDir} did not stop: ${output}`);
  }
}

/** Checks that a port of 127.0.0.1 is free, or finds one. */
function reservePort(wantedPort: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (cause) => {
      reject(
        new EmbeddedPostgresError(
          `PostgreSQL cannot listen on 127.0.0.1:${wantedPort}: ${cause.message}. ` +
            'Choose another port, or 0 for a free one.',
          { cause },
        ),
      );
    });
    probe.listen(wantedPort, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}

function tailOf(log: string): string {
  return log.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
}
