import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import type { Logger } from '@hangar-bay/runtime';
import { Client } from 'pg';
import request from 'supertest';
import { startFreezingProxy, type FreezingProxy } from '../setup/freezing-proxy.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { envOf } from './api-under-test.js';

/** Two seconds, and what a busy machine adds. */
const BOUND_MS = 2_600;

const PATHS = [
  '/api/v1/contracts',
  '/api/v1/contracts/ships?q=rifter',
  '/api/v1/contracts/1',
  '/api/v1/ships',
  '/api/v1/regions',
  '/api/v1/taxonomy',
  '/api/v1/types/587',
];

const ignore = () => undefined;
const silent: Logger = { error: ignore, warn: ignore, info: ignore, debug: ignore };

let database: TestDatabase;
let proxy: FreezingProxy;
let app: ApiApp;
let url: string;

beforeEach(async () => {
  database = await createTestDatabase();
  proxy = await startFreezingProxy(database.url);
  app = createApiApp(readApiConfig(envOf(proxy.url)), { logger: silent });
  ({ url } = await app.start());
});

afterEach(async () => {
  await app.stop();
  await proxy.close();
  await database.drop();
});

async function expectRefusedInTime(path: string): Promise<void> {
  const startedAt = performance.now();
  const response = await request(url).get(path);
  expect({ path, status: response.status, body: response.body as unknown }).toMatchObject({
    status: 503,
    body: { error_code: 'unavailable' },
  });
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  expect(performance.now() - startedAt).toBeLessThan(BOUND_MS);
}

/** More at once than there are connections. */
const manyPaths = () => Array.from({ length: 6 }, () => PATHS).flat();

describe('every request has an answer within two seconds', () => {
  test('when the database hangs, and answers again when it does', async () => {
    await request(url).get('/api/v1/regions').expect(200);
    proxy.freeze();
    await Promise.all(manyPaths().map(expectRefusedInTime));
    await Promise.all(manyPaths().map(expectRefusedInTime));

    proxy.thaw();
    await request(url).get('/api/v1/regions').expect(200);
    await request(url).get('/api/v1/contracts').expect(200);
  });

  test('when every connection is taken by work that does not end', async () => {
    const holder = new Client({ connectionString: database.url });
    await holder.connect();
    await holder.query(
      'BEGIN; LOCK contracts, contract_items, regions, types, groups, names IN ACCESS EXCLUSIVE MODE',
    );
    await Promise.all(manyPaths().map(expectRefusedInTime));

    await holder.query('ROLLBACK');
    await holder.end();
    for (const path of ['/api/v1/contracts', '/api/v1/regions', '/api/v1/ships']) {
      await request(url).get(path).expect(200);
    }
  });
});
