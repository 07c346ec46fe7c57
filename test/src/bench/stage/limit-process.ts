import { once } from 'node:events';
import { forkSource } from '../../setup/fork-source.js';
import type { Stage } from './stage.js';

/** Starts a program of ../limits, which sends its port once it listens and ends when this process does. */
export async function startLimit(
  stage: Stage,
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly url: string; readonly pid: number }> {
  const child = forkSource(new URL(`../limits/${program}.ts`, import.meta.url), [], {
    NODE_ENV: 'production',
    ...env,
  });
  const ended = once(child, 'exit');
  stage.onEnd(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const port = await Promise.race([
    once(child, 'message').then(([message]) => Number(message)),
    ended.then(() =>
      Promise.reject(new Error(`The limit ${program} ended with ${child.exitCode} at its start`)),
    ),
  ]);
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0 };
}
