import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Beside the data, not in it: PostgreSQL's data belongs to another user where the launcher is root. */
function passwordFileOf(dataDir: string): string {
  return `${dataDir}.password`;
}

/** The password of existing data. */
export async function readPassword(dataDir: string): Promise<string> {
  const file = passwordFileOf(dataDir);
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `Cannot read ${file}, which holds the password of the data in ${dataDir}. Put the file back, or delete both to begin anew.`,
      { cause },
    );
  }
}

/** Chooses a password for new data and keeps it where only this user can read it. */
export async function createPassword(dataDir: string): Promise<string> {
  const password = randomBytes(24).toString('hex');
  await writeFile(passwordFileOf(dataDir), `${password}\n`, { mode: 0o600 });
  return password;
}
