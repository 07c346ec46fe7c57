import { MIGRATIONS_DIRECTORY, readMigrationFiles } from './migration-files.js';
import { withSchemaEngine } from './schema-engine.js';

const LOCK_FILE = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' };

/**
 * Applies the pending migrations, as `prisma migrate deploy` would; safe to run twice or by two processes at once
 * (the engine takes PostgreSQL's advisory lock).
 *
 * @returns the names of the migrations that were applied now.
 */
export async function migrateDatabase(databaseUrl: string): Promise<string[]> {
  const files = await readMigrationFiles();
  return withSchemaEngine(databaseUrl, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: {
        baseDir: MIGRATIONS_DIRECTORY,
        lockfile: LOCK_FILE,
        shadowDbInitScript: '',
        migrationDirectories: files.map(({ name, sql }) => ({
          path: name,
          migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
        })),
      },
      filters: { externalTables: [], externalEnums: [] },
    });
    return appliedMigrationNames;
  });
}
