import { describeMigrationProblem, readMigrationStatus, sql } from '@hangar-bay/database';
import { createHealthCheck, type PartHealth } from '@hangar-bay/runtime';
import { z } from 'zod';
import type { ApiContext } from '../context.js';

const partSchema = z.object({ status: z.enum(['ok', 'failed']), reason: z.string().optional() });

export const readinessSchema = z
  .object({
    status: z.enum(['ok', 'degraded', 'unready']).meta({
      description:
        '`degraded`: the API answers, but a part is away: nothing new comes in, or answers may be out of date; `unready`: send nobody here',
    }),
    parts: z.object({
      database: partSchema,
      replica: partSchema.optional().meta({ description: 'Where there is one' }),
      migrations: partSchema,
      broker: partSchema,
    }),
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
  replica,
  producer,
  answers,
}: Pick<ApiContext, 'config' | 'db' | 'replica' | 'producer' | 'answers'>): Readiness {
  let stopping = false;
  const checks = {
    database: createHealthCheck(async () => {
      await db.$queryRaw(sql`SELECT 1`);
      return null;
    }),
    replica: replica && createHealthCheck(() => replica.check()),
    migrations: createHealthCheck(async () =>
      describeMigrationProblem(await readMigrationStatus(config.databaseUrl)),
    ),
    broker: createHealthCheck(async () => {
      await producer.ping();
      return null;
    }),
  };

  return {
    async check() {
      const [database, replicaPart, migrations, broker] = await Promise.all([
        checks.database(),
        checks.replica?.(),
        checks.migrations(),
        checks.broker(),
      ]);
      const parts = { database, ...(replicaPart && { replica: replicaPart }), migrations, broker };
      // Without the primary its migrations cannot be read: they are as they were.
      const serves =
        database.status === 'ok'
          ? migrations.status === 'ok'
          : replicaPart?.status === 'ok' || answers.holdsAny();
      if (stopping || !serves) {
        return { status: 'unready', parts };
      }
      return { status: Object.values(parts).every(isOk) ? 'ok' : 'degraded', parts };
    },

    setStopping() {
      stopping = true;
    },
  };
}

function isOk({ status }: PartHealth): boolean {
  return status === 'ok';
}
