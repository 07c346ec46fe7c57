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
/** What happens just before the next statement with such a text. */
let inBetween: { readonly before: string; readonly work: () => Promise<unknown> } | null = null;

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
        if (isQuery && inBetween !== null && query?.sql?.includes(inBetween.before) === true) {
          const { work } = inBetween;
          inBetween = null;
          return work().then((): unknown => Reflect.apply(value, target, given));
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

/** The page after this one. */
async function nextOf(path: string): Promise<string> {
  const response = await request(url).get(path).expect(200);
  const { page } = response.body as { readonly page: { readonly next_cursor: string } };
  return `${path}&cursor=${page.next_cursor}`;
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
  // From then on it is known which locations these are.
  await statementsOf('/api/v1/contracts?security=high&type=auction');
  expect(await statementsOfAll(paths)).toEqual([2, 1, 3, 1, 1, 1, 1, 1]);

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
  expect(await statementsOfAll(paths)).toEqual([2, 1, 3, 1, 1, 1, 1, 1]);
});

test('a contract that changes while it is read is told of as of one version', async () => {
  await insert(database.url, 'contracts', [contract({ contract_id: 9200, type: 'auction', price: 1 })]);
  const bid = `INSERT INTO contract_bids (contract_id, bid_id, amount, date_bid) VALUES (9200, 1, 5, now());
    UPDATE contracts SET bid_count = 1, highest_bid = 5 WHERE contract_id = 9200`;
  inBetween = { before: 'contracts-by-id', work: () => runSql(database.url, bid) };
  const answer = await request(url).get('/api/v1/contracts/9200').expect(200);
  expect(inBetween).toBeNull();
  expect(answer.body).toMatchObject({ bid_count: 1, bids: [{ bid_id: 1, amount: 5 }] });
});

test('a row that was rendered is read again when the contract or a name has changed, and not before', async () => {
  const list = '/api/v1/contracts?issuer_id=2112000001&status=any';
  const rowsOf = async () => ((await request(url).get(list).expect(200)).body as { data: unknown[] }).data;
  const sql = (text: string) => runSql(database.url, text);
  await insert(database.url, 'contracts', [
    contract({ contract_id: 9001, issuer_id: 2112000001, price: 100, ...oneShip(587) }),
  ]);
  expect(await statementsOf(list)).toBe(2);
  expect(await statementsOf(list)).toBe(1);

  await sql('UPDATE contracts SET price = 200 WHERE contract_id = 9001');
  expect(await rowsOf()).toMatchObject([{ price: 200, status: 'outstanding', issuer_name: null }]);
  await sql('UPDATE contracts SET gone_at = now(), ended_at = now() WHERE contract_id = 9001');
  expect(await rowsOf()).toMatchObject([{ status: 'gone' }]);
  expect(await statementsOf(list)).toBe(1);

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

test.each(['system_id=30000142', 'security=high'])(
  'which locations %s means is looked up once, and again when the system of one becomes known',
  async (filter) => {
    const location_id = filter.startsWith('system') ? 1035466617947 : 1035466617948;
    const list = `/api/v1/contracts?${filter}&location_id=${location_id}`;
    const totals = async () => {
      const { total, unplaced_excluded } = (await request(url).get(list).expect(200)).body as Record<
        string,
        number
      >;
      return { total, unplaced_excluded };
    };
    const structure = { kind: 'structure', name: null, system_id: null, resolved_at: null };
    await insert(database.url, 'locations', [{ ...structure, location_id }]);
    await insert(database.url, 'contracts', [
      contract({ contract_id: location_id, start_location_id: location_id }),
    ]);
    await waitUntil(async () => (await statementsOf(list)) === 2);
    expect(await totals()).toEqual({ total: 0, unplaced_excluded: 1 });

    await runSql(
      database.url,
      `UPDATE locations SET system_id = 30000142 WHERE location_id = ${location_id}`,
    );
    await waitUntil(async () => (await totals()).total === 1, {
      what: 'the contract is found by its system',
    });
    expect(await totals()).toEqual({ total: 1, unplaced_excluded: 0 });
    expect(await statementsOf(list)).toBe(2);
  },
);

test('a large list is counted once, until so many contracts have left lists that it may not be large', async () => {
  const list = '/api/v1/contracts?issuer_id=2112000002&limit=1';
  const COUNTED = 10_000;
  const totalOf = async () => {
    statements = [];
    const { total, total_is_exact } = (await request(url).get(list).expect(200)).body as Record<
      string,
      unknown
    >;
    const isCounted = statements.some((statement) => statement.includes('matched'));
    return { total, total_is_exact, isCounted };
  };
  const leave = (count: number) =>
    runSql(
      database.url,
      `UPDATE contracts SET gone_at = now() WHERE contract_id IN (
         SELECT contract_id FROM contracts WHERE issuer_id = 2112000002 AND gone_at IS NULL LIMIT ${count})`,
    );
  const ids = Array.from({ length: COUNTED + 100 }, (_, index) => 10_000_000 + index);
  await insert(
    database.url,
    'contracts',
    ids.map((contract_id) => contract({ contract_id, issuer_id: 2112000002 })),
  );
  const large = { total: COUNTED, total_is_exact: false };
  expect(await totalOf()).toEqual({ ...large, isCounted: true });
  expect(await totalOf()).toEqual({ ...large, isCounted: false });

  await leave(40);
  expect(await totalOf()).toEqual({ ...large, isCounted: false });
  await leave(70);
  const small = { total: COUNTED - 10, total_is_exact: true, isCounted: true };
  await waitUntil(async () => (await totalOf()).total_is_exact === true);
  expect(await totalOf()).toEqual(small);
});

test('what a page takes is bounded, however its filters are found', async () => {
  const insertOfType = async (type_id: number, first: number, count: number) => {
    const ids = Array.from({ length: count }, (_, index) => first + index);
    await insert(
      database.url,
      'contracts',
      ids.map((contract_id) => contract({ contract_id })),
    );
    await insert(
      database.url,
      'contract_items',
      ids.map((contract_id) => item({ contract_id, type_id })),
    );
  };
  /** What is known of a list counts once a look at the log has found that nothing has changed since. */
  const takes = (path: string, count: number) =>
    waitUntil(async () => (await statementsOf(path)) === count, {
      what: `${path} takes ${count} statements`,
    });

  await insertOfType(34, 20_000_000, 3_000);
  // Whether the type is rare, all that match, the rows.
  expect(await statementsOf('/api/v1/contracts?type_id=34&sort=price&limit=10')).toBe(3);
  // That the type is not rare is known by now, and rows tell that none has runs: all that match.
  await takes('/api/v1/contracts?type_id=34&max_runs=1&sort=price&limit=10', 1);

  await insertOfType(35, 30_000_000, 11_000);
  // As the task `statistics` does.
  await runSql(database.url, 'ANALYZE');
  const large = '/api/v1/contracts?type_id=35&limit=10&sort=';
  // Whether the type is rare, more than are counted, the first in order, more of them, all that match, the rows.
  expect(await statementsOf(`${large}price`)).toBe(6);
  // That the list is large is known by now: the first in order, more of them, all that match.
  await takes(`${large}price`, 3);
  // The first in order.
  await takes(`${large}-price`, 1);
  // Beside it, what lies before.
  await takes(await nextOf(`${large}-price`), 2);
  // What the row tells: the page, what lies before it, and as of when it is.
  const all = '/api/v1/contracts?issued_after=2000-01-01T00:00:00Z&limit=10&sort=-price';
  await takes(await nextOf(all), 1);
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
