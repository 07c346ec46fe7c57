import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApiApp, readApiConfig } from '@hangar-bay/api';
import {
  EmbeddedPostgresError,
  MEASURED_SETTINGS,
  startEmbeddedPostgres,
} from '@hangar-bay/embedded-postgres';
import { createSandboxApp } from '@hangar-bay/esi-sandbox';
import { applyMigrations } from '@hangar-bay/migrate';
import { ExitError, type App } from '@hangar-bay/runtime';
import { createWorkerApp, readWorkerConfig } from '@hangar-bay/worker';
import type { StandaloneConfig } from './config.js';
import { describeAddresses, describeResult } from './messages.js';
import { makeOperator } from './operator.js';
import { createProgressDisplay } from './progress-display.js';
import { createProgressSource, isDone } from './progress-source.js';

const PROGRESS_INTERVAL_MS = 500;

/** Everything in one process: PostgreSQL, the sandbox, the API and the worker, in that order, stopped in reverse. */
export function createStandaloneApp(config: StandaloneConfig): App {
  const stops: (() => Promise<void>)[] = [];
  const stopping = new AbortController();
  let isUp = false;
  let starting: Promise<void> | undefined;

  async function startDatabase(): Promise<string> {
    if (config.databaseUrl !== null) {
      return config.databaseUrl;
    }
    try {
      const server = await startEmbeddedPostgres({
        dataDir: path.join(config.dataDir, 'postgres'),
        settings: MEASURED_SETTINGS,
      });
      stops.push(() => server.stop());
      return server.url;
    } catch (error) {
      throw error instanceof EmbeddedPostgresError
        ? new ExitError(error.message, 1, { cause: error })
        : error;
    }
  }

  async function startSandbox(): Promise<string | null> {
    if (config.sandbox === null) {
      return null;
    }
    const sandbox = createSandboxApp(config.sandbox);
    const { url } = await sandbox.start();
    stops.push(() => sandbox.stop());
    return url;
  }

  async function writeDatabaseUrl(url: string): Promise<string | null> {
    if (config.databaseUrl !== null) {
      return null;
    }
    const file = path.join(config.dataDir, 'database-url');
    await writeFile(file, `${url}\n`, { mode: 0o600 });
    return file;
  }

  async function start(): Promise<void> {
    const startedAt = performance.now();
    const databaseUrl = await startDatabase();
    stopping.signal.throwIfAborted();
    await applyMigrations(databaseUrl, config.env['QUEUE_URL'] ?? databaseUrl);
    const sandboxUrl = await startSandbox();
    const { operator, env: secured } = await makeOperator(config.env);
    const env = {
      ...secured,
      DATABASE_URL: databaseUrl,
      ...(sandboxUrl === null ? {} : { ESI_BASE_URL: sandboxUrl }),
    };
    const workerConfig = readWorkerConfig(env);

    stopping.signal.throwIfAborted();
    const api = createApiApp(readApiConfig(env));
    stops.push(() => api.stop());
    const { url } = await api.start();
    const worker = createWorkerApp(workerConfig, {
      diskFolder: config.databaseUrl === null ? config.dataDir : '.',
    });
    stops.push(() => worker.stop());
    await worker.start();

    console.log(
      describeAddresses({
        api: url,
        esi: sandboxUrl === null ? workerConfig.esi.baseUrl : `the sandbox, a made-up market (${sandboxUrl})`,
        operator,
        databaseUrlFile: await writeDatabaseUrl(databaseUrl),
      }),
    );
    isUp = true;
    void showFirstAggregation(databaseUrl, url, startedAt, stopping.signal);
  }

  return {
    start: () => (starting = start()),

    async stop() {
      stopping.abort();
      // A start that is cut in two would leave behind what nobody knows of.
      await starting?.catch(() => undefined);
      if (isUp) {
        console.log('\nStopping…');
      }
      for (const stop of stops.reverse()) {
        await stop();
      }
    },
  };
}

/** Shows progress until everything that was due is there. Only for the eye: an error here ends nothing else. */
async function showFirstAggregation(
  databaseUrl: string,
  api: string,
  startedAt: number,
  signal: AbortSignal,
) {
  const source = createProgressSource(databaseUrl);
  const display = createProgressDisplay(process.stdout);
  try {
    for (;;) {
      const progress = await source.read();
      display.show(progress);
      if (isDone(progress)) {
        display.end();
        console.log(describeResult(api, progress, (performance.now() - startedAt) / 1000));
        return;
      }
      await sleep(PROGRESS_INTERVAL_MS, undefined, { signal });
    }
  } catch (error) {
    display.end();
    if (!signal.aborted) {
      console.error('The progress cannot be shown any more:', (error as Error).message);
    }
  } finally {
    await source.close();
  }
}
