import { setTimeout as wait } from 'node:timers/promises';
import { describeMigrationProblem, readMigrationStatus, sql } from '@hangar-bay/database';
import { z } from 'zod';
import type { ApiContext } from '../context.js';

/** An answer comes within a second, whatever hangs. */
const CHECK_TIMEOUT_MS = 800;

const partSchema = z.object({ status: z.enum(['ok', 'failed']), reason: z.string().optional() });
type Part = z.output<typeof partSchema>;

export const readinessSchema = z
  .object({
    status: z.enum(['ok', 'degraded', 'unready']).meta({
      description: '`degraded`: the API answers, but nothing new comes in; `unready`: send nobody here',
    }),
    parts: z.object({ database: partSchema, migrations: partSchema, broker: partSchema }),
  })
  .meta({ id: 'Readiness' });

export type Report = z.output<typeof readinessSchema>;

export interface Readiness {
  check(): Promise<Report>;
  /** From now on: unready, so that no new request is sent here. */
  setStopping(): void;
}

export function createReadiness({
  config,
  db,
  producer,
}: Pick<ApiContext, 'config' | 'db' | 'producer'>): Readiness {
  let stopping = false;
  const checks = {
    database: createCheck(async () => {
      await db.$queryRaw(sql`SELECT 1`);
      return null;
    }),
    migrations: createCheck(async () =>
      describeMigrationProblem(await readMigrationStatus(config.databaseUrl)),
    ),
    broker: createCheck(async () => {
      await producer.ping();
      return null;
    }),
  };

  return {
    async check() {
      const [database, migrations, broker] = await Promise.all([
        checks.database(),
        checks.migrations(),
        checks.broker(),
      ]);
      const serves = !stopping && database.status === 'ok' && migrations.status === 'ok';
      const status = !serves ? 'unready' : broker.status === 'ok' ? 'ok' : 'degraded';
      return { status, parts: { database, migrations, broker } };
    },

    setStopping() {
      stopping = true;
    },
  };
}

/** A check that runs once at a time and reports failure when it takes too long. Work returns what is wrong, or null. */
function createCheck(work: () => Promise<string | null>): () => Promise<Part> {
  let running: Promise<Part> | undefined;
  return async () => {
    running ??= run(work).finally(() => {
      running = undefined;
    });
    const timeout = new AbortController();
    const tooLong = wait(CHECK_TIMEOUT_MS, failed(`no answer within ${CHECK_TIMEOUT_MS} ms`), {
      signal: timeout.signal,
    }).catch(() => failed('no answer'));
    const part = await Promise.race([running, tooLong]);
    timeout.abort();
    return part;
  };
}

async function run(work: () => Promise<string | null>): Promise<Part> {
  try {
    const problem = await work();
    return problem === null ? { status: 'ok' } : failed(problem);
  } catch {
    // The reason could name hosts and users; it is in the log of whatever needs the part.
    return failed('does not answer');
  }
}

function failed(reason: string): Part {
  return { status: 'failed', reason };
}
