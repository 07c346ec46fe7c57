import { findDatabaseProblem } from '@hangar-bay/database';
import { ExitError } from '@hangar-bay/runtime';

/** @throws ExitError that says what is wrong with the database, or with the way to it. */
export async function requireMigratedDatabase(databaseUrl: string): Promise<void> {
  const problem = await findDatabaseProblem(databaseUrl);
  if (problem !== null) {
    throw new ExitError(problem);
  }
}
