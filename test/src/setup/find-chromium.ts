import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The browser at CHROMIUM_PATH, or `chromium` in PATH; undefined where there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = env['CHROMIUM_PATH']
    ? [env['CHROMIUM_PATH']]
    : folders.map((folder) => join(folder, 'chromium'));
  return candidates.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
