import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createApiApp, readApiConfig, type ApiApp } from '@hangar-bay/api';
import { connectDatabase, type Database, type Sql } from '@hangar-bay/database';
import request from 'supertest';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { waitUntil } from '../setup/wait-until.js';
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
        const isQuery = property === '$queryRaw' || property === '$readRows';
        if (isQuery && !IN_THE_BACKGROUND.test(query?.sql ?? '')) {
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
  expect(await statementsOfAll(paths)).toEqual([3, 2, 3, 1, 1, 1, 1, 1]);

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
  expect(await statementsOfAll(paths)).toEqual([3, 2, 3, 1, 1, 1, 1, 1]);
});

test('a row that was rendered is read again when the contract or a name has changed, and not before', async () => {
  const list = '/api/v1/contracts?issuer_id=2112000001&status=any';
  const rowsOf = async () => ((await request(url).get(list).expect(200)).body as { data: unknown[] }).data;
  const sql = (text: string) => runSql(database.url, text);
  await insert(database.url, 'contracts', [
    contract({ contract_id: 9001, issuer_id: 2112000001, price: 100, ...oneShip(587) }),
  ]);
  expect(await statementsOf(list)).toBe(3);
  expect(await statementsOf(list)).toBe(2);

  await sql('UPDATE contracts SET price = 200 WHERE contract_id = 9001');
  expect(await rowsOf()).toMatchObject([{ price: 200, status: 'outstanding', issuer_name: null }]);
  await sql('UPDATE contracts SET gone_at = now(), ended_at = now() WHERE contract_id = 9001');
  expect(await rowsOf()).toMatchObject([{ status: 'gone' }]);
  expect(await statementsOf(list)).toBe(2);

  await sql(`INSERT INTO names (id, name, category) VALUES (2112000001, 'Ada', 'character')
    ON CONFLICT (id) DO UPDATE SET name = excluded.name`);
  await waitUntil(
    async () => ((await rowsOf()) as { issuer_name: string | null }[])[0]?.issuer_name === 'Ada',
    {
      what: 'the name is served',
    },
  );
  await sql('DELETE FROM contracts WHERE contract_id = 9001');
  expect(await rowsOf()).toEqual([]);
});

test('a contract by id holds its row of the lists, which is read again when it has changed, and not before', async () => {
  const path = '/api/v1/contracts/9100';
  await insert(database.url, 'contracts', [contract({ contract_id: 9100, price: 100, ...oneShip(587) })]);
  expect(await statementsOf(path)).toBe(2);
  expect(await statementsOf(path)).toBe(1);

  await runSql(database.url, 'UPDATE contracts SET price = 200 WHERE contract_id = 9100');
  expect((await request(url).get(path).expect(200)).body).toMatchObject({ price: 200, items: [], bids: [] });
  await runSql(
    database.url,
    'UPDATE contracts SET gone_at = now(), ended_at = now() WHERE contract_id = 9100',
  );
  expect((await request(url).get(path).expect(200)).body).toMatchObject({ price: 200, status: 'gone' });
  expect(await statementsOf(path)).toBe(1);
});
