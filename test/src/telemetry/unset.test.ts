import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { envOf } from '../api/api-under-test.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { killAppProcesses, startAppProcess } from './app-process.js';

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  [database, folder] = await Promise.all([createTestDatabase(), mkdtemp(join(tmpdir(), 'hangar-bay-'))]);
});

afterEach(killAppProcesses);

afterAll(async () => {
  await Promise.all([database.drop(), rm(folder, { recursive: true })]);
});

interface Coverage {
  readonly result: readonly { readonly url: string }[];
}

/** The scripts that an API has loaded when it has answered a request and stopped. */
async function listLoaded(name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const coverage = join(folder, name);
  const api = await startAppProcess('api', {
    ...envOf(database.url),
    ...env,
    LOG_LEVEL: 'info',
    NODE_V8_COVERAGE: coverage,
  });
  await fetch(`${api.url}/api/v1/regions`);
  expect(await api.stop()).toBe(0);
  // One of the program, and one of the thread that compiles its sources.
  const files = await readdir(coverage);
  const loaded = await Promise.all(
    files.map(async (file) => {
      const { result } = JSON.parse(await readFile(join(coverage, file), 'utf8')) as Coverage;
      return result.map(({ url }) => url);
    }),
  );
  return loaded.flat();
}

const OPENTELEMETRY = /@opentelemetry\/(sdk|exporter|otlp|resources|core)/;
const SENTRY = '@sentry/';

test('nothing of OpenTelemetry or Sentry is loaded where neither is wanted', async () => {
  const loaded = await listLoaded('without', {});
  expect(loaded.length).toBeGreaterThan(100);
  expect(loaded.filter((url) => OPENTELEMETRY.test(url) || url.includes(SENTRY))).toEqual([]);
}, 60_000);

test('and each where it is', async () => {
  const loaded = await listLoaded('with', {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    SENTRY_DSN: 'http://key@127.0.0.1:1/7',
  });
  expect(loaded.filter((url) => OPENTELEMETRY.test(url))).not.toEqual([]);
  expect(loaded.filter((url) => url.includes(SENTRY))).not.toEqual([]);
}, 60_000);
