import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseDockerIgnore } from './docker-ignore.js';
import { parseDockerfile, type Instruction, type Stage } from './dockerfile.js';

const run = promisify(execFile);
export const REPOSITORY = path.resolve(import.meta.dirname, '../../..');
const MINUTE_MS = 60_000;

export async function readStages(): Promise<Stage[]> {
  return parseDockerfile(await readFile(path.join(REPOSITORY, 'docker/Dockerfile'), 'utf8'));
}

/**
 * Executes the COPY and RUN steps of a stage of docker/Dockerfile, and of all that it is made from, with a folder for
 * each stage's file system. No engine is needed, since these steps name no absolute path but WORKDIR's. What they do
 * to the system, which is all that the `runtime` stage does, is not executed.
 *
 * @returns executes a stage once, and resolves to its file system's folder.
 */
export function createBuilder(folder: string, stages: readonly Stage[]): (name: string) => Promise<string> {
  const done = new Map<string, Promise<string>>();
  const global = path.join(folder, 'usr-local');
  const env = {
    ...pick(process.env, ['HOME', 'LANG', 'npm_config_registry', 'NODE_EXTRA_CA_CERTS']),
    PATH: `${global}/bin:${process.env['PATH'] ?? ''}`,
    npm_config_prefix: global,
    CI: 'true',
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
  };

  const build = (name: string): Promise<string> => {
    const running = done.get(name) ?? execute(name);
    done.set(name, running);
    return running;
  };

  async function execute(name: string): Promise<string> {
    const stage = stages.find((each) => each.name === name);
    if (!stage) {
      throw new Error(`docker/Dockerfile has no stage ${name}.`);
    }
    const root = path.join(folder, name);
    await mkdir(root, { recursive: true });
    let workdir = root;
    if (stages.some((each) => each.name === stage.base)) {
      const base = await build(stage.base);
      if (stage.base !== 'runtime') {
        // Linked, as layers are shared: later steps add files and change none.
        await run('cp', ['-al', `${base}/.`, root]);
      }
      workdir = path.join(root, workdirOf(stages, stage.base));
    }
    for (const instruction of name === 'runtime' ? [] : stage.instructions) {
      workdir = await step(instruction, root, workdir);
    }
    return root;
  }

  async function step({ word, flags, text }: Instruction, root: string, workdir: string): Promise<string> {
    if (word === 'WORKDIR') {
      const next = path.join(root, text);
      await mkdir(next, { recursive: true });
      return next;
    }
    if (word === 'COPY') {
      const words = text.split(/\s+/);
      const to = words.at(-1) as string;
      const target = path.isAbsolute(to) ? path.join(root, to) : path.join(workdir, to);
      const from = flags['from'];
      for (const source of words.slice(0, -1)) {
        await (from === undefined
          ? copyContext(target)
          : copyOver(path.join(await build(from), source), target));
      }
    }
    if (word === 'RUN') {
      await run('sh', ['-c', text], { cwd: workdir, env, timeout: 3 * MINUTE_MS, maxBuffer: 2 ** 26 });
    }
    return workdir;
  }

  return build;
}

/** WORKDIR of a stage, which one that is made from it goes on in. */
function workdirOf(stages: readonly Stage[], name: string): string {
  const stage = stages.find((each) => each.name === name);
  const own = stage?.instructions.findLast(({ word }) => word === 'WORKDIR')?.text;
  return own ?? (stage ? workdirOf(stages, stage.base) : '/');
}

/** The repository without what .dockerignore leaves out. */
async function copyContext(target: string): Promise<void> {
  const isIgnored = parseDockerIgnore(await readFile(path.join(REPOSITORY, '.dockerignore'), 'utf8'));
  // A folder whose own pattern is negated within must be entered; the others need not be.
  await cp(REPOSITORY, target, {
    recursive: true,
    filter: (source) => source === REPOSITORY || !isIgnored(path.relative(REPOSITORY, source)),
  });
}

/** As COPY does: a folder's content, or a file into a folder. */
async function copyOver(source: string, target: string): Promise<void> {
  const isFolder = await readdir(source).then(
    () => true,
    () => false,
  );
  await mkdir(target, { recursive: true });
  await run('cp', ['-a', '--reflink=auto', isFolder ? `${source}/.` : source, target]);
}

function pick(source: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(source).filter(([name]) => names.includes(name)));
}
