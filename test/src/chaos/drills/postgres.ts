import { mkdtemp, readFile, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migrateDatabase } from '@hangar-bay/database';
import { startEmbeddedPostgres } from '@hangar-bay/embedded-postgres';
import { runSql } from '../../setup/run-sql.js';
import { waitUntil } from '../../setup/wait-until.js';
import { withDatabase } from '../../setup/with-database.js';
import type { Drill } from '../drill.js';
import { createRandom } from '../random.js';
import { requireRecovery } from '../recover.js';
import type { Service } from '../stage.js';

const MAX_WORK_MS = 2_000;
const ABSENCE_MS = 10_000;
/** PostgreSQL's own signals: sessions are ended, or everything stops as in a crash. */
const FAST = 'SIGINT';
const IMMEDIATE = 'SIGQUIT';

async function startOwnPostgres() {
  const directory = await mkdtemp(join(tmpdir(), 'hangar-bay-drill-'));
  await chmod(directory, 0o711);
  const dataDir = join(directory, 'postgres');
  const settings = { fsync: 'off', max_connections: '200' };
  let server = await startEmbeddedPostgres({ dataDir, settings });
  const { url } = server;
  const queueUrl = withDatabase(url, 'queues');
  await migrateDatabase(url);
  await runSql(url, 'CREATE DATABASE queues');
  const pidOf = async () => Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')[0]);
  const isAlive = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  let restarting: Promise<void> | undefined;

  async function restart(signal: NodeJS.Signals, absenceMs: number): Promise<void> {
    const pid = await pidOf();
    process.kill(pid, signal);
    await waitUntil(() => !isAlive(pid), { what: 'PostgreSQL has stopped', timeoutMs: 20_000 });
    await sleep(absenceMs);
    server = await startEmbeddedPostgres({ dataDir, settings, port: Number(new URL(url).port) });
  }

  return {
    url,
    queueUrl,
    restart: (signal: NodeJS.Signals, absenceMs: number) => (restarting = restart(signal, absenceMs)),

    async stop(): Promise<void> {
      await restarting;
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL goes away under two workers that are at work; with it the queues, where they are on it. */
function troublePostgres(
  name: string,
  what: string,
  times: number,
  signal: NodeJS.Signals,
  absenceMs: number,
): Drill {
  return {
    name,
    backends: ['PostgreSQL', 'Redis'],
    timeoutMs: 240_000,
    async run({ backend, open, onEnd, injected, seed }) {
      const random = createRandom(seed);
      const postgres = await startOwnPostgres();
      onEnd(() => postgres.stop());
      const onPostgres = (url: string) => (): Promise<Service> =>
        Promise.resolve({ url, drop: () => Promise.resolve() });
      const stage = await open({
        latencyMs: 10,
        database: onPostgres(postgres.url),
        ...(backend.backend === 'PostgreSQL' ? { queue: onPostgres(postgres.queueUrl) } : {}),
      });
      await stage.workers.startAll(2);
      for (let time = 0; time < times; time += 1) {
        await sleep(random() * MAX_WORK_MS);
        await postgres.restart(signal, absenceMs);
        injected[what] = time + 1;
        await stage.moveOn();
      }
      await requireRecovery(stage);
    },
  };
}

export const POSTGRES_DRILLS: readonly Drill[] = [
  troublePostgres('postgres-restarted', 'fast restarts', 3, FAST, 0),
  troublePostgres('postgres-crashed', 'immediate stops', 3, IMMEDIATE, 0),
  troublePostgres('postgres-gone', `absences of ${ABSENCE_MS / 1000} s`, 1, IMMEDIATE, ABSENCE_MS),
];
