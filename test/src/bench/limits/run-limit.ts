import { once } from 'node:events';
import { forkSource } from '../../setup/fork-source.js';
import type { Stage } from '../stage/stage.js';

/** Runs a program of this folder to its end; returns the number that it sent. */
export async function runLimit(
  stage: Stage,
  program: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const child = forkSource(new URL(`./${program}.ts`, import.meta.url), [], {
    NODE_ENV: 'production',
    ...env,
  });
  const ended = once(child, 'exit');
  stage.onEnd(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const [message] = (await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error(`The limit ${program} ended with ${child.exitCode}`))),
  ])) as [number];
  await ended;
  return message;
}
