import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import type { Logger } from '@hangar-bay/runtime';
import request from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { startApiProcess } from './api-process.js';
import { envOf, type Env } from './api-under-test.js';

let database: TestDatabase;
const apps: ApiApp[] = [];
const errors: string[] = [];
const ignore = () => undefined;
const logger: Logger = {
  error: (message) => errors.push(message),
  warn: ignore,
  info: ignore,
  debug: ignore,
};

beforeEach(async () => {
  database = await createTestDatabase();
});

afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()));
  errors.length = 0;
  await database.drop();
});

function apiOn(databaseUrl: string, more: Env = {}): ApiApp {
  const app = createApiApp(readApiConfig(envOf(databaseUrl, more)), { logger });
  apps.push(app);
  return app;
}

describe('the API does not start', () => {
  test('on a database that lacks migrations', async () => {
    const empty = await createEmptyDatabase();
    await expect(apiOn(empty.url).start()).rejects.toThrow(/lacks these migrations: 2\d+_/);
    await empty.drop();
  });

  test('on a database with an edited migration', async () => {
    await runSql(database.url, `UPDATE _prisma_migrations SET checksum = 'other'`);
    await expect(apiOn(database.url).start()).rejects.toThrow('applied with another text');
  });

  test('without a database, and does not tell the password', async () => {
    const app = apiOn('postgresql://someone:hunter2@127.0.0.1:1/nowhere');
    const refusal = await app.start().catch((error: unknown) => (error as Error).message);
    expect(refusal).toMatch(/^The database nowhere at 127\.0\.0\.1:1 cannot be used: .*DATABASE_URL/);
    expect(refusal).not.toContain('hunter2');
  });

  test('on a port that is in use', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    await expect(apiOn(database.url, { PORT: String(port) }).start()).rejects.toThrow(
      `Port ${port} is in use. Stop what listens there, or choose another port with PORT.`,
    );
    squatter.close();
  });
});

describe('readiness', () => {
  test('is ok with everything there', async () => {
    const { url } = await apiOn(database.url).start();
    const response = await request(url).get('/health/ready').expect(200);
    expect(response.body).toMatchObject({
      parts: { database: { status: 'ok' }, migrations: { status: 'ok' } },
    });
  });

  test('is degraded without the broker, and says so within a second', async () => {
    const { url } = await apiOn(database.url, { QUEUE_URL: 'redis://127.0.0.1:1' }).start();
    const startedAt = performance.now();
    const response = await request(url).get('/health/ready').expect(200);
    expect(response.body).toMatchObject({ status: 'degraded', parts: { broker: { status: 'failed' } } });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  test('ends with the database, while the process lives on', async () => {
    const { url } = await apiOn(database.url).start();
    await database.drop();
    const response = await request(url).get('/health/ready').expect(503);
    expect(response.body).toMatchObject({ status: 'unready', parts: { database: { status: 'failed' } } });
    await request(url).get('/health/live').expect(200);

    const list = await request(url).get('/api/v1/contracts').expect(503);
    expect(list.headers['retry-after']).toBe('5');
    expect(list.body).toMatchObject({ error_code: 'unavailable' });
    expect(errors).toEqual(['request failed']);
    expect(JSON.stringify(list.body)).not.toMatch(/prisma|postgres|127\.0\.0\.1/i);
  });
});

test('a query that takes too long is a 503, and soon', async () => {
  const { url } = await apiOn(database.url).start();
  await runSql(
    database.url,
    'BEGIN; ALTER TABLE contracts RENAME TO kept; CREATE VIEW contracts AS SELECT kept.*, kept.xmin FROM kept, pg_sleep(10); COMMIT',
  );
  const response = await request(url).get('/api/v1/contracts?status=any').expect(503);
  expect(response.body).toMatchObject({ detail: expect.stringContaining('took too long') });
});

test('the process ends by itself after SIGTERM, having finished what was asked', async () => {
  const { child, url, ended } = await startApiProcess(envOf(database.url));
  // Kept alive: a client that holds its connection must not hold the process.
  const response = await fetch(`${url}/api/v1/contracts`);
  expect(response.status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, signal: null });
});
