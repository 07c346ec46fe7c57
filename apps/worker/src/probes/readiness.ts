import { describeMigrationProblem, readMigrationStatus, sql, type Database } from '@hangar-bay/database';
import type { Producer } from '@hangar-bay/queues';
import { createHealthCheck, type PartHealth } from '@hangar-bay/runtime';

export interface WorkerReadiness {
  readonly status: 'ok' | 'unready';
  readonly phase: Phase;
  readonly parts: Readonly<Record<'database' | 'migrations' | 'broker', PartHealth>>;
}

export type Phase = 'starting' | 'running' | 'stopping';

export interface Readiness {
  /** Answers within a second. */
  check(): Promise<WorkerReadiness>;
  enter(phase: Phase): void;
}

/** Whether this process takes jobs, and has all that they need. */
export function createReadiness({
  databaseUrl,
  db,
  producer,
}: {
  readonly databaseUrl: string;
  readonly db: Database;
  readonly producer: Pick<Producer, 'ping'>;
}): Readiness {
  let phase: Phase = 'starting';
  const checkDatabase = createHealthCheck(async () => {
    await db.$queryRaw(sql`SELECT 1`);
    return null;
  });
  const checkMigrations = createHealthCheck(async () =>
    describeMigrationProblem(await readMigrationStatus(databaseUrl)),
  );
  const checkBroker = createHealthCheck(async () => {
    await producer.ping();
    return null;
  });

  return {
    async check() {
      const [database, migrations, broker] = await Promise.all([
        checkDatabase(),
        checkMigrations(),
        checkBroker(),
      ]);
      const isWell = [database, migrations, broker].every(({ status }) => status === 'ok');
      return {
        status: phase === 'running' && isWell ? 'ok' : 'unready',
        phase,
        parts: { database, migrations, broker },
      };
    },
    enter(next) {
      phase = next;
    },
  };
}
