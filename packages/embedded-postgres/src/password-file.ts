import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { isNativeError } from 'node:util/types';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Beside the data, not in it: PostgreSQL's data belongs to another user where the launcher is root. */
function passwordFileOf(dataDir: string): string {
  return `${dataDir}.password`;
}

/** The password of existing data. */
export async function readPassword(dataDir: string): Promise<string> {
  const file = passwordFileOf(dataDir);
  const password = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (password === '') {
    throw new EmbeddedPostgresError(
      `Cannot read ${file}, which holds the password of the data in ${dataDir}. Put the file back, or delete both to begin anew.`,
    );
  }
  return password;
}

/**
 * The password for new data, kept where only this user can read it. One that is already there, from an interrupted or
 * simultaneous first start, is taken: whichever start completes the data, the file fits it.
 */
export async function createPassword(dataDir: string): Promise<string> {
  const password = randomBytes(24).toString('hex');
  try {
    await writeFile(passwordFileOf(dataDir), `${password}\n`, { mode: 0o600, flag: 'wx' });
    return password;
  } catch (error) {
    if (isNativeError(error) && 'code' in error && error.code === 'EEXIST') {
      return readPassword(dataDir);
    }
    throw error;
  }
}
