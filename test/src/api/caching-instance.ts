import { setTimeout as wait } from 'node:timers/promises';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import { connectDatabase } from '@hangar-bay/database';
import { envOf } from './api-under-test.js';
import { countReads } from './count-reads.js';

/** An API that keeps answers. */
export interface Instance {
  readonly app: ApiApp;
  readonly url: string;
  /** Lists that were read from the database. */
  readonly lists: () => number;
}

/** Starts one; each list is read so much later than it is asked for. */
export async function startOn(databaseUrl: string, lateMs = 0): Promise<Instance> {
  let lists = 0;
  const db = countReads(
    connectDatabase({ url: databaseUrl, poolSize: 4, statementTimeoutMs: 2_000, applicationName: 'test' }),
    /sort_key/,
    () => {
      lists += 1;
      return wait(lateMs);
    },
  );
  const app = createApiApp(readApiConfig(envOf(databaseUrl, { RESPONSE_CACHE_MB: '16' })), { db });
  const { url } = await app.start();
  return { app, url, lists: () => lists };
}
