import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../setup/wait-until.js';

export type Line = Readonly<Record<string, unknown>>;

export interface AppProcess {
  readonly child: ChildProcess;
  /** Where it listens. */
  readonly url: string;
  /** What it logged. */
  readonly lines: readonly Line[];
  /** Its whole output. */
  readonly output: () => string;
  /** Lines with this message. */
  logged(message: string): Line[];
  /** SIGTERM, and the end that the process makes by itself. @returns its exit code. */
  stop(): Promise<number | null>;
}

const running = new Set<ChildProcess>();

/** Ends what a failed test has left. */
export function killAppProcesses(): void {
  running.forEach((child) => child.kill('SIGKILL'));
}

/** Runs an app's own main as a process, with JSON logs, and waits until it serves. */
export async function startAppProcess(
  app: 'api' | 'worker',
  env: NodeJS.ProcessEnv,
  execArgv: readonly string[] = [],
): Promise<AppProcess> {
  const main = fileURLToPath(new URL(`../../../apps/${app}/src/main.ts`, import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=@hangar-bay/source', '--import', 'tsx', ...execArgv, main],
    {
      env: { PATH: process.env['PATH'], LOG_LEVEL: 'info', LOG_FORMAT: 'json', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const isPretty = env['LOG_FORMAT'] === 'pretty';
  const lines: Line[] = [];
  let output = '';
  createInterface(child.stdout).on('line', (line) => {
    output += `${line}\n`;
    if (!isPretty) {
      lines.push(JSON.parse(line) as Line);
    }
  });
  child.stderr.on('data', (chunk) => {
    output += String(chunk);
  });
  running.add(child);
  const closed = once(child, 'close').finally(() => running.delete(child));
  const logged = (message: string) => lines.filter((line) => line['message'] === message);
  const [message, field] = app === 'api' ? ['listening', 'url'] : ['worker started', 'probe_url'];
  await waitUntil(() => output.includes(message) || child.exitCode !== null, {
    what: `the ${app} serves`,
    timeoutMs: 30_000,
  });
  if (child.exitCode !== null) {
    throw new Error(`The ${app} ended with ${child.exitCode}:\n${output}`);
  }
  return {
    child,
    url: String(logged(message)[0]?.[field]),
    lines,
    output: () => output,
    logged,
    async stop() {
      child.kill('SIGTERM');
      const giveUp = setTimeout(() => child.kill('SIGKILL'), 27_000);
      const [code] = (await closed) as [number | null];
      clearTimeout(giveUp);
      return code;
    },
  };
}
