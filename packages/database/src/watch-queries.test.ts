import { expect, test } from '@jest/globals';
import { nameQuery } from './watch-queries.js';

test.each([
  ['SELECT 1', 'other'],
  ['BEGIN', 'other'],
  ['SELECT "public"."flags"."name" FROM "public"."flags" WHERE 1=1', 'select flags'],
  ['DELETE FROM sweeps WHERE region_id = $1', 'delete sweeps'],
  ['UPDATE regions SET next_due_at = now()', 'update regions'],
  ['INSERT INTO "public"."sweeps" ("region_id") VALUES ($1)', 'insert sweeps'],
  ['SELECT extract(epoch FROM fresh_until - now()) FROM region_pages', 'select region_pages'],
  [
    'WITH a AS MATERIALIZED (SELECT * FROM json_to_recordset($1)), b AS (SELECT * FROM a) INSERT INTO types SELECT * FROM b',
    'insert types',
  ],
  ['SELECT id FROM unnest($1::bigint[]) AS id', 'other'],
])('%s is called %s', (text, name) => {
  expect(nameQuery(text)).toBe(name);
});
