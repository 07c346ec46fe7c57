import { runMigrations } from 'bullmq';
import pg from 'pg';

/** Makes or upgrades BullMQ's own schema where the queues are on PostgreSQL; Redis needs none. Safe to run twice. */
export async function migrateQueues(queueUrl: string): Promise<void> {
  if (!queueUrl.startsWith('postgres')) {
    return;
  }
  const client = new pg.Client({ connectionString: queueUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}
