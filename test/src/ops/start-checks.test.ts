import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runSql } from '../setup/run-sql.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../setup/test-database.js';

type Env = Readonly<Record<string, string>>;

const USABLE: Env = {
  PORT: '0',
  PROBE_PORT: '0',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'error',
  AUTH_JWT_KEYS: 'first:k0nsQ8rJ2vXw5yZ7aB1cD3eF6gH9iL4m',
  ESI_USER_AGENT: 'hangar-bay-test (https://example.org/contact)',
  // Nobody listens there: ESI itself must not be asked by a test.
  ESI_BASE_URL: 'https://esi-sandbox.test:1',
};

/** Starts an app as it runs in production, and waits until it has given up. */
async function giveUp(app: 'api' | 'worker', env: Env): Promise<{ code: number | null; err: string }> {
  const main = fileURLToPath(new URL(`../../../apps/${app}/src/main.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@hangar-bay/source', '--import', 'tsx', main], {
    env: { PATH: process.env['PATH'] ?? '', ...USABLE, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, err };
}

test('the API tells all that production does not bear at once, with 78 and no secret', async () => {
  const { code, err } = await giveUp('api', {
    DATABASE_URL: '',
    AUTH_JWT_KEYS: 'first:change-me-change-me-change-me-change-me',
    METRICS_TOKEN: 'aaaaaaaaaaaaaaaaaaaa',
    CORS_ORIGINS: '*',
  });
  expect(code).toBe(78);
  for (const name of ['DATABASE_URL', 'AUTH_JWT_KEYS', 'METRICS_TOKEN', 'CORS_ORIGINS']) {
    expect(err).toContain(`  ${name}`);
  }
  expect(err).not.toMatch(/change-me|aaaa/);
});

test('the worker tells all that production does not bear at once, with 78', async () => {
  const { code, err } = await giveUp('worker', { DATABASE_URL: '', METRICS_TOKEN: 'aaaaaaaaaaaaaaaaaaaa' });
  expect(code).toBe(78);
  for (const name of ['DATABASE_URL', 'ESI_BASE_URL', 'METRICS_TOKEN']) {
    expect(err).toContain(`  ${name}`);
  }
});

describe.each(['api', 'worker'] as const)('the %s does not start, and says how to go on', (app) => {
  let migrated: TestDatabase;
  let empty: TestDatabase;

  beforeAll(async () => {
    [migrated, empty] = await Promise.all([createTestDatabase(), createEmptyDatabase()]);
  });

  afterAll(() => Promise.all([migrated.drop(), empty.drop()]));

  const on = (databaseUrl: string) => giveUp(app, { NODE_ENV: 'test', DATABASE_URL: databaseUrl });

  test('on a database that lacks migrations', async () => {
    const { code, err } = await on(empty.url);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^The database lacks these migrations: 2\d+_.* Apply them with "pnpm db:migrate"\.\n$/,
    );
  });

  test('on a database with an edited migration', async () => {
    await runSql(migrated.url, `UPDATE _prisma_migrations SET checksum = 'other'`);
    const { code, err } = await on(migrated.url);
    expect(code).toBe(1);
    expect(err).toMatch(/^These migrations were applied with another text .*restore their files/);
  });

  test('without a database, in one line', async () => {
    const { code, err } = await on('postgresql://someone:hunter2@127.0.0.1:1/nowhere');
    expect(code).toBe(1);
    expect(err).toMatch(/^The database nowhere at 127\.0\.0\.1:1 cannot be used: .*Check DATABASE_URL\.\n$/);
  });
});
