import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Runs a TypeScript file in a process of its own, the workspace packages taken from their sources.
 * `silent`: its output goes to the test instead of the terminal.
 */
export function forkSource(
  file: URL,
  args: string[] = [],
  env: NodeJS.ProcessEnv = {},
  { silent = false } = {},
): ChildProcess {
  return fork(fileURLToPath(file), args, {
    execArgv: ['--conditions=@hangar-bay/source', '--import', 'tsx'],
    env: { ...process.env, ...env },
    silent,
  });
}
