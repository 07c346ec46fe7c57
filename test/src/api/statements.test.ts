import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import { connectDatabase, type Database, type Sql } from '@hangar-bay/database';
import request from 'supertest';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { envOf } from './api-under-test.js';
import { contract, insert, insertPlaces, item, oneShip } from './world.js';

let database: TestDatabase;
let app: ApiApp;
let url: string;
let statements: string[] = [];

/** What the API asks on its own, whatever is asked of it. */
const IN_THE_BACKGROUND = /rate_limits|FROM changes/;

beforeAll(async () => {
  database = await createTestDatabase();
  await insertPlaces(database.url);
  const db = connectDatabase({
    url: database.url,
    poolSize: 4,
    statementTimeoutMs: 2_000,
    applicationName: 'test',
  });
  app = createApiApp(readApiConfig(envOf(database.url)), { db: countStatements(db) });
  ({ url } = await app.start());
});

afterAll(async () => {
  await app.stop();
  await database.drop();
});

function countStatements(db: Database): Database {
  return new Proxy(db, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') {
        return value;
      }
      return (...given: unknown[]): unknown => {
        const [query] = given as [Partial<Sql>?];
        if (property === '$queryRaw' && !IN_THE_BACKGROUND.test(query?.sql ?? '')) {
          statements.push(query?.sql ?? '');
        }
        return Reflect.apply(value, target, given);
      };
    },
  });
}

async function statementsOf(path: string): Promise<number> {
  statements = [];
  await request(url).get(path).expect(200);
  return statements.length;
}

async function statementsOfAll(paths: readonly string[]): Promise<number[]> {
  const counts: number[] = [];
  for (const path of paths) {
    counts.push(await statementsOf(path));
  }
  return counts;
}

test('no route asks more often for many rows than for one', async () => {
  const paths = [
    '/api/v1/contracts?limit=200&sort=price',
    '/api/v1/contracts/ships?limit=200',
    '/api/v1/contracts?limit=200&q=rifter&security=high&facets=type,region_id,category_id',
    '/api/v1/contracts/1',
    '/api/v1/regions',
    '/api/v1/ships',
    '/api/v1/taxonomy',
    '/api/v1/types/587',
  ];
  await insert(database.url, 'contracts', [contract({ contract_id: 1, ...oneShip(587) })]);
  expect(await statementsOfAll(paths)).toEqual([2, 2, 3, 3, 1, 2, 2, 1]);

  const ids = Array.from({ length: 150 }, (_, index) => index + 2);
  await insert(
    database.url,
    'contracts',
    ids.map((id) => contract({ contract_id: id, ...oneShip(587) })),
  );
  await insert(
    database.url,
    'contract_items',
    ids.map((id) => item({ contract_id: 1, position: id, type_id: 587 })),
  );
  expect(await statementsOfAll(paths)).toEqual([2, 2, 3, 3, 1, 2, 2, 1]);
});
