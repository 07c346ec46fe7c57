import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectDatabase, sql, type Database } from '@hangar-bay/database';
import { createEmptyDatabase, type TestDatabase } from '../setup/test-database.js';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await createEmptyDatabase();
  db = connectDatabase({
    url: database.url,
    poolSize: 1,
    statementTimeoutMs: 10_000,
    applicationName: 'hangar-bay-test',
  });
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

const VALUES = sql`
  SELECT 9007199254740993::int8 AS int8,
         ARRAY[9007199254740993, NULL]::int8[] AS int8s,
         12345678901234567890.10::numeric AS numeric,
         0.1::float8 AS float8,
         '2026-08-18T13:05:00.250+02:00'::timestamptz AS timestamptz,
         '{"price": 1.5, "tags": ["a", null]}'::json AS json,
         NULL::int8 AS nothing`;

test('rows hold the values that callers are told of, none of them rounded', async () => {
  expect(await db.$readRows(VALUES)).toEqual([
    {
      int8: 9007199254740993n,
      int8s: ['9007199254740993', null],
      numeric: '12345678901234567890.10',
      float8: 0.1,
      timestamptz: new Date('2026-08-18T11:05:00.250Z'),
      json: { price: 1.5, tags: ['a', null] },
      nothing: null,
    },
  ]);
});

test('rows are those of $queryRaw, but for numeric and int8[]', async () => {
  const [read] = await db.$readRows<Record<string, unknown>[]>(VALUES);
  const [raw] = await db.$queryRaw<Record<string, unknown>[]>(VALUES);
  const others = Object.keys(read ?? {}).filter((name) => name !== 'numeric' && name !== 'int8s');
  expect(others).toHaveLength(5);
  for (const name of others) {
    expect([name, read?.[name]]).toEqual([name, raw?.[name]]);
  }
  expect(raw).toMatchObject({ int8s: [9007199254740993n, null] });
});
