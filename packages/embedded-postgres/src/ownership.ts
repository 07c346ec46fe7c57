import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { DATABASE_NAME } from './cluster.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Any number will do: nobody else takes advisory locks in the database `postgres`. */
const LAUNCHER_LOCK = 1;
const ATTEMPTS = 20;
const PAUSE_MS = 100;

/** Held by one launcher at a time. */
export interface Ownership {
  release(): Promise<void>;
}

/**
 * Makes this process the one launcher of the server, and creates the database on first use. Two launchers on the same
 * data would each stop the other's server. The claim is a lock of an open session, so that PostgreSQL itself drops it
 * when the process dies, however it dies.
 */
export async function takeOwnership(serverUrl: string, dataDir: string): Promise<Ownership> {
  const client = new Client({ connectionString: serverUrl, connectionTimeoutMillis: 10_000 });
  // The session may be cut off at any time, by a stop from outside for one; whoever needs the server finds out.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await takeLock(client, dataDir);
    await createDatabase(client);
  } catch (error) {
    await client.end();
    throw error;
  }
  return { release: () => client.end() };
}

async function takeLock(client: Client, dataDir: string): Promise<void> {
  // The session of a launcher that was just killed ends a moment after it.
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      LAUNCHER_LOCK,
    ]);
    if (rows[0]?.taken === true) {
      return;
    }
    await wait(PAUSE_MS);
  }
  throw new EmbeddedPostgresError(
    `The data in ${dataDir} is in use by another running process. Stop that one, or set DATA_DIR to another directory.`,
  );
}

async function createDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE_NAME]);
  if (rowCount === 0) {
    await client.query(`CREATE DATABASE ${DATABASE_NAME}`);
  }
}
