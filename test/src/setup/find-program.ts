import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where servers are, which PATH names for administrators alone. */
const SYSTEM_FOLDER = '/usr/sbin';

/** The path of an installed program; undefined where there is none. */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders, SYSTEM_FOLDER].map((folder) => join(folder, name)).find(isExecutable);
}

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
