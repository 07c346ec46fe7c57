import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../apps/ops/src/main.ts', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command line as somebody runs it, with a home that nobody else has. */
export async function createOps(env: Readonly<Record<string, string>> = {}) {
  const home = await mkdtemp(path.join(tmpdir(), 'hangar-bay-ops-'));

  return {
    home,

    /** `input`: what comes from the standard input. */
    async run(args: string, { input = '', env: more = {} } = {}): Promise<Outcome> {
      const child = spawn(
        process.execPath,
        [
          '--conditions=@hangar-bay/source',
          '--import',
          'tsx',
          MAIN,
          ...(args.match(/'[^']*'|\S+/g) ?? []),
        ].map((word) => word.replaceAll(/^'|'$/g, '')),
        { env: { PATH: process.env['PATH'] ?? '', HOME: home, XDG_STATE_HOME: home, ...env, ...more } },
      );
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => (out += String(chunk)));
      child.stderr.on('data', (chunk) => (err += String(chunk)));
      child.stdin.end(input);
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, out, err };
    },

    remove: () => rm(home, { recursive: true, force: true }),
  };
}

export type Ops = Awaited<ReturnType<typeof createOps>>;
