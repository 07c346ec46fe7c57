import { SchemaMigrationRequiredError, assertSchemaCompatibility, runMigrations } from 'bullmq';
import pg from 'pg';

/** Makes or upgrades BullMQ's own schema where the queues are on PostgreSQL; Redis needs none. Safe to run twice. */
export async function migrateQueues(queueUrl: string): Promise<void> {
  if (isOnPostgres(queueUrl)) {
    await withClient(queueUrl, (client) => runMigrations(client));
  }
}

/** Says what is wrong with BullMQ's schema and how to go on, or null where it is what this version needs. */
export async function describeQueueProblem(queueUrl: string): Promise<string | null> {
  if (!isOnPostgres(queueUrl)) {
    return null;
  }
  try {
    await withClient(queueUrl, (client) => assertSchemaCompatibility(client));
    return null;
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) {
      return 'The queues have no schema in PostgreSQL yet, or an older one. Make it with "pnpm db:migrate".';
    }
    throw error;
  }
}

function isOnPostgres(queueUrl: string): boolean {
  return queueUrl.startsWith('postgres');
}

async function withClient<Result>(
  queueUrl: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: queueUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
