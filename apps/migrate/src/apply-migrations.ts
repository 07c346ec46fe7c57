import { migrateDatabase, readMigrationStatus } from '@hangar-bay/database';
import { migrateQueues } from '@hangar-bay/queues';

/**
 * Brings the database, and where the queues are on PostgreSQL theirs too, to what this version needs.
 * Safe to run again and by two processes at once.
 *
 * @returns the names of the migrations that were applied now.
 */
export async function applyMigrations(databaseUrl: string, queueUrl: string): Promise<string[]> {
  const { pending } = await readMigrationStatus(databaseUrl);
  // Most starts have nothing to apply, and need not load the engine for it.
  const applied = pending.length > 0 ? await migrateDatabase(databaseUrl) : [];
  await migrateQueues(queueUrl);
  return applied;
}
