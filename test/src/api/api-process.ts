import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Env } from './api-under-test.js';

const MAIN = fileURLToPath(new URL('../../../apps/api/src/main.ts', import.meta.url));
const KEPT_LINES = 20;

export interface ApiProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** The latest lines of its output. */
  readonly lines: readonly string[];
  /** Resolves when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Runs apps/api as a process of its own. @returns once it listens. @throws where it ends instead. */
export async function startApiProcess(env: Env, execArgv: readonly string[] = []): Promise<ApiProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=@hangar-bay/source', '--import', 'tsx', ...execArgv, MAIN],
    {
      env: { ...process.env, ...env, LOG_LEVEL: 'info', LOG_FORMAT: 'json' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const lines: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    for (const output of [child.stdout, child.stderr]) {
      createInterface(output).on('line', (line) => {
        lines.push(line);
        lines.splice(0, lines.length - KEPT_LINES);
        const listening =
          /"message":"listening".*?"url":"([^"]+)"|"url":"([^"]+)".*?"message":"listening"/.exec(line);
        if (listening) {
          resolve((listening[1] ?? listening[2]) as string);
        }
      });
    }
    void ended.then(({ code }) => reject(new Error(`The API ended with ${code}:\n${lines.join('\n')}`)));
  });
  return { child, url, lines, ended };
}
