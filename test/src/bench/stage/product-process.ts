import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentOf, parseDockerfile } from '../../containers/dockerfile.js';
import { waitUntil } from '../../setup/wait-until.js';
import type { Stage } from './stage.js';

const ROOT = new URL('../../../../', import.meta.url);
const STOP_TIMEOUT_MS = 27_000;

export interface ProductProcess {
  /** `http://127.0.0.1:port`: the API, or the worker's probes. */
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export type Env = Readonly<Record<string, string>>;

/** The API as users run it: the built program, in production, its log in a file. */
export async function startApi(stage: Stage, databaseUrl: string, env: Env = {}): Promise<ProductProcess> {
  const port = await findFreePort();
  return start(stage, 'api', port, {
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    AUTH_JWT_KEYS: 'bench:mGq3vTz8LwYb5XnKf7RjPd2HsCe9AuQ4',
    // What is measured is the work, not the refusal of it.
    RATE_LIMIT_PER_MINUTE: '100000000',
    ...env,
  });
}

/** A worker as users run it; `ESI_BASE_URL` is the caller's. */
export async function startWorker(stage: Stage, databaseUrl: string, env: Env): Promise<ProductProcess> {
  const port = await findFreePort();
  return start(stage, 'worker', port, {
    DATABASE_URL: databaseUrl,
    PROBE_PORT: String(port),
    ESI_USER_AGENT: 'hangar-bay-bench (https://example.org)',
    ...env,
  });
}

async function start(stage: Stage, app: 'api' | 'worker', port: number, env: Env): Promise<ProductProcess> {
  const logs = join(stage.options.data, 'logs');
  mkdirSync(logs, { recursive: true });
  const logFile = join(logs, `${app}-${port}.log`);
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, programOf(app, stage), {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      NODE_OPTIONS: nodeOptionsOf(app),
      HOST: '127.0.0.1',
      ...env,
    },
    stdio: ['ignore', log, log],
  });
  stage.onEnd(() => stop(child));
  const url = `http://127.0.0.1:${port}`;
  await waitUntil(() => isLive(url, child), {
    what: `the ${app} is live; see ${logFile}`,
    timeoutMs: 30_000,
  });
  if (child.exitCode !== null) {
    throw new Error(`The ${app} ended with ${child.exitCode}; see ${logFile}`);
  }
  return { url, pid: child.pid ?? 0, stop: () => stop(child) };
}

/** What follows `node`. */
function programOf(app: string, { options }: Stage): string[] {
  const file = (path: string) => fileURLToPath(new URL(path, ROOT));
  return options.source
    ? ['--conditions=@hangar-bay/source', '--import', 'tsx', file(`apps/${app}/src/main.ts`)]
    : [file(`apps/${app}/dist/main.js`)];
}

/** As the app's image has them: the worker's heap is bounded there. */
function nodeOptionsOf(app: string): string {
  const stages = parseDockerfile(readFileSync(new URL('docker/Dockerfile', ROOT), 'utf8'));
  return environmentOf(stages, app)['NODE_OPTIONS'] ?? '';
}

async function isLive(url: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) {
    return true;
  }
  const response = await fetch(`${url}/health/live`).catch(() => null);
  return response?.ok ?? false;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const giveUp = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(giveUp);
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
