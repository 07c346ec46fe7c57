import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs a TypeScript file in a process of its own, the workspace packages taken from their sources. */
export function forkSource(file: URL, args: string[] = [], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return fork(fileURLToPath(file), args, {
    execArgv: ['--conditions=@hangar-bay/source', '--import', 'tsx'],
    env: { ...process.env, ...env },
  });
}
