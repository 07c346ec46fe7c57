import { spawn } from 'node:child_process';
import { parse } from 'node:path';

export interface CommandResult {
  /** `null` when the command could not be run or was ended by a signal. */
  exitCode: number | null;
  /** stdout and stderr in the order of arrival, or why the command could not be run. */
  output: string;
}

/** The user a command runs as; absent means the user of this process. */
export interface UserIds {
  uid: number;
  gid: number;
}

/** Runs a command to its end. Never rejects: a command that cannot be run is a result without an exit code. */
export function runCommand(command: string, args: string[], user?: UserIds): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      // The other user may not be allowed to enter the working directory of this process.
      cwd: parse(process.execPath).root,
      // A session of its own: Ctrl-C in the terminal is for the launcher, which then stops PostgreSQL in its order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...user,
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => {
      resolve({ exitCode: null, output: error.message });
    });
    child.on('close', (exitCode) => {
      resolve({ exitCode, output: output.trim() });
    });
  });
}
