import pg from 'pg';
import { readMigrationFiles } from './migration-files.js';

export interface MigrationStatus {
  readonly applied: readonly string[];
  /** In the code, not in the database. */
  readonly pending: readonly string[];
  /** Applied with another text than the code now has, or started and never finished. */
  readonly edited: readonly string[];
}

interface AppliedMigration {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished: boolean;
}

const UNDEFINED_TABLE = '42P01';

/** Compares the database's migration history with the code's migrations. Reads only. */
export async function readMigrationStatus(databaseUrl: string): Promise<MigrationStatus> {
  const [files, history] = await Promise.all([readMigrationFiles(), readHistory(databaseUrl)]);
  const byName = new Map(history.map((migration) => [migration.migration_name, migration]));
  return {
    applied: history.map((migration) => migration.migration_name),
    pending: files.filter(({ name }) => !byName.has(name)).map(({ name }) => name),
    edited: files
      .filter(({ name, checksum }) => {
        const migration = byName.get(name);
        return migration !== undefined && (!migration.finished || migration.checksum !== checksum);
      })
      .map(({ name }) => name),
  };
}

/** Says what is wrong and how to go on, or null where code and database agree. */
export function describeMigrationProblem({ pending, edited }: MigrationStatus): string | null {
  if (edited.length > 0) {
    return (
      `These migrations were applied with another text than this version has, or never finished: ${edited.join(', ')}. ` +
      'Run the version that applied them, or restore their files; an applied migration is never edited.'
    );
  }
  if (pending.length > 0) {
    return `The database lacks these migrations: ${pending.join(', ')}. Apply them with "pnpm db:migrate".`;
  }
  return null;
}

/** Says what is wrong with the database, or with the way to it, and how to go on; null where nothing is. */
export async function findDatabaseProblem(databaseUrl: string): Promise<string | null> {
  try {
    return describeMigrationProblem(await readMigrationStatus(databaseUrl));
  } catch (error) {
    const { host, pathname } = new URL(databaseUrl);
    const reason = error instanceof Error ? error.message : String(error);
    return `The database ${pathname.slice(1)} at ${host} cannot be used: ${reason}. Check DATABASE_URL.`;
  }
}

async function readHistory(databaseUrl: string): Promise<AppliedMigration[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  await client.connect();
  try {
    const { rows } = await client.query<AppliedMigration>(
      `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
         FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`,
    );
    return rows;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE) {
      return [];
    }
    throw error;
  } finally {
    await client.end();
  }
}
