import { describeMigrationProblem, readMigrationStatus, sql } from '@hangar-bay/database';
import { createHealthCheck } from '@hangar-bay/runtime';
import { z } from 'zod';
import type { ApiContext } from '../context.js';

const partSchema = z.object({ status: z.enum(['ok', 'failed']), reason: z.string().optional() });

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
    database: createHealthCheck(async () => {
      await db.$queryRaw(sql`SELECT 1`);
      return null;
    }),
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
