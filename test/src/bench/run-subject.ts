import { openMarketDatabase } from './data/databases.js';
import type { Options } from './options.js';
import type { Services } from './stage/services.js';
import type { Stage } from './stage/stage.js';
import type { Result, Subject } from './subject.js';

/** Runs one subject on a stage of its own, and stops what it started, also where it fails or is cut off. */
export async function runSubject(
  subject: Subject,
  services: Services,
  options: Options,
  stopping: AbortSignal,
): Promise<Result[]> {
  const releases: (() => Promise<unknown>)[] = [];
  let releasing = Promise.resolve();
  /** One after the other, whoever asks for it, also twice. */
  const release = () =>
    (releasing = releasing.then(async () => {
      for (let next = releases.pop(); next !== undefined; next = releases.pop()) {
        await next().catch((error: unknown) => console.error(error));
      }
    }));
  const log = (text: string) => console.log(`      ${text}`);
  const stage: Stage = {
    options,
    adminUrl: services.adminUrl,
    redisUrl: services.redisUrl,
    log,
    marketDatabase: (size) => openMarketDatabase(services.adminUrl, size, { seed: options.seed, log }),
    onEnd: (next) => releases.push(next),
  };
  // What is being measured loses its other end, and fails soon.
  const cutOff = () => void release();
  stopping.addEventListener('abort', cutOff, { once: true });
  try {
    return await subject.measure(stage);
  } finally {
    stopping.removeEventListener('abort', cutOff);
    await release();
  }
}
