import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Client } from 'pg';
import { createChangeListener } from '@hangar-bay/database';
import { contract, insert, insertPlaces, item } from '../api/world.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { waitUntil } from '../setup/wait-until.js';

const CONTRACTS = 12;
const ANY_NUMBER = 1_000_000_000;

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
  await insertPlaces(database.url);
});

/** Odd ones are dear, and one in three has gone; the last one is not visible yet. */
beforeEach(async () => {
  await client.query('DELETE FROM contracts');
  const ids = Array.from({ length: CONTRACTS }, (_, index) => index + 1);
  await insert(
    database.url,
    'contracts',
    ids.map((contract_id) =>
      contract({
        contract_id,
        price: contract_id % 2 === 1 ? 1_000 : 1,
        ...(contract_id === CONTRACTS ? { visible_since: null, items_state: 'pending' } : {}),
        ...(contract_id % 3 === 0 ? { gone_at: '2026-01-01T00:00:00Z' } : {}),
      }),
    ),
  );
  await insert(
    database.url,
    'contract_items',
    ids.map((contract_id) => item({ contract_id, type_id: 587 })),
  );
  await client.query('DELETE FROM changes');
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

async function departures(): Promise<number> {
  const { rows } = await client.query<{ sum: number }>(
    'SELECT coalesce(sum(departures), 0)::float8 AS sum FROM changes',
  );
  return rows[0]?.sum ?? NaN;
}

const update = (set: string, where: string) => `UPDATE contracts SET ${set} WHERE ${where}`;

describe('the log tells how many contracts may have left a list', () => {
  test.each([
    ['those that are gone', update('gone_at = now()', 'contract_id IN (1, 2)'), 2],
    ['those that came back: they leave the list of the gone', update('gone_at = NULL', 'contract_id = 3'), 1],
    [
      'those that have expired',
      update(`date_expired = now() - interval '1 second'`, 'contract_id IN (1, 2, 4)'),
      3,
    ],
    ['those that are another than they were', update('price = 7', 'contract_id IN (1, 2)'), 2],
    [
      'those of a statement that does both',
      update('price = 7, gone_at = CASE contract_id WHEN 1 THEN now() END', 'contract_id IN (1, 2, 4)'),
      3,
    ],
    ['those that were deleted', 'DELETE FROM contracts WHERE contract_id IN (1, 2)', 2],
    [
      'none where one appears',
      update(`visible_since = now(), gone_at = NULL`, `contract_id = ${CONTRACTS}`),
      0,
    ],
    ['none that nobody has seen', `DELETE FROM contracts WHERE contract_id = ${CONTRACTS}`, 0],
    ['none where only bookkeeping changes', update('bids_due_at = now()', 'contract_id = 1'), 0],
    [
      'none where a character gets a name',
      `INSERT INTO names (id, name, category) VALUES (1, 'One', 'character')`,
      0,
    ],
    ['none where a list is read', `INSERT INTO regions (region_id, generation) VALUES (10000099, now())`, 0],
    [
      'any number where a type changes',
      `UPDATE types SET name = name || '.' WHERE type_id = 587`,
      ANY_NUMBER,
    ],
    [
      'any number where a group of the market changes',
      `INSERT INTO market_groups (market_group_id, name, raw, refreshed_at) VALUES (99, 'Some', '{}', now())`,
      ANY_NUMBER,
    ],
    [
      'all of a transaction together',
      `BEGIN; INSERT INTO names (id, name, category) VALUES (2, 'Two', 'character');
       ${update('price = 7', 'contract_id IN (1, 2)')}; ${update('price = 8', 'contract_id IN (1, 4)')};
       DELETE FROM contracts WHERE contract_id = 5; COMMIT`,
      5,
    ],
  ])('%s', async (_what, statement, expected) => {
    await client.query(statement);
    expect(await departures()).toBe(expected);
  });

  test('no list loses more, whatever is done', async () => {
    const LISTS = [
      'gone_at IS NULL AND ended_at IS NULL',
      'gone_at IS NOT NULL',
      'ended_at IS NOT NULL',
      'price < 500',
      'gone_at IS NULL AND price > 500',
    ];
    const contractsIn = async (): Promise<Set<string>[]> => {
      const { rows } = await client.query<{ list: number; id: string }>(
        LISTS.map(
          (list, index) =>
            `SELECT ${String(index)} AS list, contract_id AS id FROM contracts WHERE visible_since IS NOT NULL AND ${list}`,
        ).join(' UNION ALL '),
      );
      return LISTS.map((_, index) => new Set(rows.filter(({ list }) => list === index).map(({ id }) => id)));
    };
    const some = fc.uniqueArray(fc.integer({ min: 1, max: CONTRACTS }), { minLength: 1, maxLength: 6 });
    const set = fc.constantFrom(
      'gone_at = now()',
      'gone_at = NULL',
      `date_expired = now() + CASE WHEN price > 500 THEN -1 ELSE 1 END * interval '1 hour'`,
      'price = 1_001 - price',
      'price = 1_001 - price, gone_at = CASE WHEN gone_at IS NULL AND price > 500 THEN now() END',
      `visible_since = coalesce(visible_since, now()), items_state = 'stored'`,
    );
    const statement = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.tuple(set, some).map(([to, ids]) => update(to, `contract_id IN (${ids.join()})`)),
      },
      {
        weight: 1,
        arbitrary: some.map((ids) => `DELETE FROM contracts WHERE contract_id IN (${ids.join()})`),
      },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(statement, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
        async (transactions) => {
          await client.query('BEGIN');
          try {
            for (const statements of transactions) {
              const before = await contractsIn();
              const toldBefore = await departures();
              await client.query(statements.join(';'));
              const told = (await departures()) - toldBefore;
              const after = await contractsIn();
              before.forEach((ids, list) => {
                const left = [...ids].filter((id) => after[list]?.has(id) !== true);
                expect(left.length).toBeLessThanOrEqual(told);
              });
            }
          } finally {
            await client.query('ROLLBACK');
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a look adds those that the clock takes out of the list of what is outstanding', async () => {
    const connections: boolean[] = [];
    const looker = createChangeListener({
      url: database.url,
      applicationName: 'test-looker',
      onChange: () => undefined,
      onConnection: (connected) => connections.push(connected),
    });
    looker.start();
    await waitUntil(() => connections.length === 1);
    const read_at = new Date();
    const soon = new Date(read_at.getTime() + 500).toISOString();
    await client.query(update(`date_expired = '${soon}'`, 'contract_id IN (1, 2)'));
    const first = await looker.readState(null);
    expect(first.departures).toBe(ANY_NUMBER);
    await waitUntil(async () => (await looker.readState({ ...first, read_at })).departures === 2);
    const second = await looker.readState(first);
    await client.query(update('gone_at = now()', 'contract_id = 4'));
    expect((await looker.readState(second)).departures).toBe(1);
    await looker.close();
  });
});
