import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { findFreePort } from './find-free-port.js';

/** Each test takes a database number of its own. */
const DATABASES = 10_000;

export interface RedisServer {
  /** `redis://127.0.0.1:port` */
  url: string;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** On 127.0.0.1; a free one, unless given. */
  readonly port?: number;
  /** Writes everything to `directory`, and begins with what is there. */
  readonly persistent?: boolean;
}

/** Starts the installed redis-server on loopback; undefined where it is missing. */
export async function startRedis(
  directory: string,
  { port: wantedPort, persistent = false }: RedisOptions = {},
): Promise<RedisServer | undefined> {
  const port = wantedPort ?? (await findFreePort());
  const server = spawn(
    'redis-server',
    [
      ...['--port', String(port), '--bind', '127.0.0.1', '--databases', String(DATABASES)],
      ...['--save', '', '--appendonly', persistent ? 'yes' : 'no', '--dir', directory],
    ],
    // A session of its own: Ctrl-C is for jest.
    { stdio: ['ignore', 'pipe', 'inherit'], detached: true },
  );
  const isInstalled = await once(server, 'spawn').then(
    () => true,
    () => false,
  );
  if (!isInstalled) {
    return undefined;
  }
  await waitUntilReady(server);
  return { url: `redis://127.0.0.1:${port}`, stop: () => stop(server) };
}

async function waitUntilReady(server: ChildProcess): Promise<void> {
  if (server.stdout === null) {
    throw new Error('redis-server has no output to wait for.');
  }
  const lines: string[] = [];
  for await (const line of createInterface(server.stdout)) {
    if (line.includes('Ready to accept connections')) {
      server.stdout.resume();
      return;
    }
    lines.push(line);
  }
  throw new Error(`redis-server ended before it was ready:\n${lines.join('\n')}`);
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) {
    return;
  }
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
}
