import { describeMigrationProblem, readMigrationStatus, type MigrationStatus } from '@hangar-bay/database';
import { ExitError } from '@hangar-bay/runtime';

/** @throws ExitError that says what is wrong with the database, or with the way to it. */
export async function requireMigratedDatabase(databaseUrl: string): Promise<void> {
  const problem = describeMigrationProblem(await readStatus(databaseUrl));
  if (problem !== null) {
    throw new ExitError(problem);
  }
}

async function readStatus(databaseUrl: string): Promise<MigrationStatus> {
  try {
    return await readMigrationStatus(databaseUrl);
  } catch (error) {
    const { host, pathname } = new URL(databaseUrl);
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExitError(
      `The database ${pathname.slice(1)} at ${host} cannot be used: ${reason}. Check DATABASE_URL.`,
      1,
      { cause: error },
    );
  }
}
