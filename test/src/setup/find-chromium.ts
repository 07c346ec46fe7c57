import { findProgram, isExecutable } from './find-program.js';

/** The browser at CHROMIUM_PATH, or `chromium` in PATH; undefined where there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const path = env['CHROMIUM_PATH'];
  return path ? [path].find(isExecutable) : findProgram('chromium', env);
}
