import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contract, insert, item } from '../api/world.js';
import { waitUntil } from '../setup/wait-until.js';
import { startMaintainedDatabase, type MaintainedDatabase } from './maintained-database.js';

const NOW = new Date().toISOString();
const SHIELD_EXTENDER = 47804;
const NEW_KIND = 90000;
const MUTAPLASMID = 47801;
const ORDINARY = 3841;
const CRATE = 49708;

const pathOf = (typeId: number, itemId: number) => `/dogma/dynamic/items/${typeId}/${itemId}`;
const answer = {
  created_by: 90000001,
  dogma_attributes: [{ attribute_id: 30, value: 120.5 }],
  dogma_effects: [],
  mutator_type_id: MUTAPLASMID,
  source_type_id: ORDINARY,
};

let maintained: MaintainedDatabase;

beforeAll(async () => {
  maintained = await startMaintainedDatabase();
  const known = { raw: {}, refreshed_at: NOW };
  await insert(maintained.databaseUrl, 'categories', [
    { category_id: 7, name: 'Module', ...known },
    { category_id: 17, name: 'Commodity', ...known },
  ]);
  await insert(maintained.databaseUrl, 'groups', [
    { group_id: 38, name: 'Shield Extender', category_id: 7, ...known },
    { group_id: 1964, name: 'Mutaplasmids', category_id: 17, ...known },
  ]);
  // The market group that a type names is known before the type is, so that nobody asks for it.
  await insert(maintained.databaseUrl, 'market_groups', [
    { market_group_id: 606, name: 'Shield Extenders', ...known },
  ]);
  const metaGroup = { dogma_attributes: [{ attribute_id: 1692, value: 15 }] };
  await insert(maintained.databaseUrl, 'types', [
    {
      type_id: SHIELD_EXTENDER,
      name: 'Medium Abyssal Shield Extender',
      group_id: 38,
      market_group_id: null,
      ...known,
    },
    {
      type_id: NEW_KIND,
      name: 'Warped Shield Extender',
      group_id: 38,
      market_group_id: null,
      ...known,
      raw: metaGroup,
    },
    { type_id: ORDINARY, name: 'Medium Shield Extender II', group_id: 38, market_group_id: 606, ...known },
    {
      type_id: MUTAPLASMID,
      name: 'Unstable Medium Shield Extender Mutaplasmid',
      group_id: 1964,
      market_group_id: null,
      ...known,
      raw: metaGroup,
    },
    { type_id: CRATE, name: 'Calm Abyssal Filaments Crate', group_id: 1964, market_group_id: null, ...known },
  ]);
});

afterAll(() => maintained.stop());

type Item = Record<string, unknown> & { readonly type_id: number };

async function offer(contractId: number, ...items: readonly Item[]): Promise<void> {
  await insert(maintained.databaseUrl, 'contracts', [contract({ contract_id: contractId })]);
  await insert(
    maintained.databaseUrl,
    'contract_items',
    items.map((fields, position) => item({ contract_id: contractId, position, ...fields })),
  );
}

async function stored(itemId: number): Promise<Record<string, unknown> | undefined> {
  const [row] = await maintained.query(
    `SELECT type_id, source_type_id, mutator_type_id, raw, attempts, fetched_at IS NOT NULL AS fetched,
            round(extract(epoch FROM retry_at - now()) / 3600)::int AS retry_in_hours
       FROM dynamic_items WHERE item_id = ${itemId}`,
  );
  return row;
}

async function attemptsOf(itemId: number): Promise<unknown> {
  return (await stored(itemId))?.['attempts'];
}

describe('a mutated item', () => {
  test('is fetched once, and nothing else is taken for one', async () => {
    maintained.esi.answers.set(pathOf(SHIELD_EXTENDER, 101), { body: answer });
    maintained.esi.answers.set(pathOf(NEW_KIND, 102), { body: answer });
    await offer(
      1,
      { type_id: SHIELD_EXTENDER, item_id: 101 },
      // ESI repeats rows.
      { type_id: SHIELD_EXTENDER, item_id: 101 },
      { type_id: NEW_KIND, item_id: 102 },
      { type_id: SHIELD_EXTENDER, item_id: 103, quantity: 2 },
      { type_id: SHIELD_EXTENDER, item_id: null, is_included: false },
      { type_id: MUTAPLASMID, item_id: 104 },
      { type_id: CRATE, item_id: 105 },
      { type_id: ORDINARY, item_id: 106 },
    );
    await waitUntil(async () => (await attemptsOf(101)) === 1 && (await attemptsOf(102)) === 1);
    expect(await stored(101)).toEqual({
      type_id: SHIELD_EXTENDER,
      source_type_id: ORDINARY,
      mutator_type_id: MUTAPLASMID,
      raw: answer,
      attempts: 1,
      fetched: true,
      retry_in_hours: null,
    });
    expect([...maintained.esi.asked].sort()).toEqual([pathOf(SHIELD_EXTENDER, 101), pathOf(NEW_KIND, 102)]);
    expect(await maintained.query('SELECT FROM dynamic_items')).toHaveLength(2);
  });

  test.each([
    [520, 201],
    [500, 202],
    [404, 203],
  ])(
    'that ESI answers %i is asked for again later, each time twice as much, eight times in all',
    async (status, itemId) => {
      maintained.esi.answers.set(pathOf(SHIELD_EXTENDER, itemId), {
        status,
        body: { error: 'ItemNotFound' },
      });
      await offer(itemId, { type_id: SHIELD_EXTENDER, item_id: itemId });
      for (const attempt of [1, 2, 3, 8]) {
        if (attempt > 1) {
          await maintained.query(
            `UPDATE dynamic_items SET attempts = ${attempt - 1}, retry_at = now() WHERE item_id = ${itemId}`,
          );
        }
        await waitUntil(async () => (await attemptsOf(itemId)) === attempt);
        expect(await stored(itemId)).toMatchObject({
          retry_in_hours: 2 ** (attempt - 1),
          fetched: false,
          raw: null,
        });
      }
      await maintained.query(`UPDATE dynamic_items SET retry_at = now() WHERE item_id = ${itemId}`);
      // A later item goes through; the first is left alone.
      maintained.esi.answers.set(pathOf(SHIELD_EXTENDER, itemId + 100), { body: answer });
      await offer(itemId + 100, { type_id: SHIELD_EXTENDER, item_id: itemId + 100 });
      await waitUntil(async () => (await stored(itemId + 100))?.['fetched'] === true);
      expect(maintained.esi.asked.filter((path) => path === pathOf(SHIELD_EXTENDER, itemId))).toHaveLength(4);
    },
    40_000,
  );

  test('that fails for a reason that passes is asked for again soon, and that is not counted', async () => {
    maintained.esi.answers.set(pathOf(SHIELD_EXTENDER, 501), { status: 503 });
    await offer(501, { type_id: SHIELD_EXTENDER, item_id: 501 });
    const minutes = async () =>
      (
        await maintained.query(
          `SELECT round(extract(epoch FROM retry_at - now()) / 60)::int AS minutes FROM dynamic_items WHERE item_id = 501`,
        )
      )[0]?.['minutes'];
    await waitUntil(async () => (await minutes()) === 10, { what: 'the item is put off for ten minutes' });
    expect(await stored(501)).toMatchObject({ attempts: 0, fetched: false, raw: null });
  });

  test('of another shape than ESI promises is no answer', async () => {
    maintained.esi.answers.set(pathOf(SHIELD_EXTENDER, 401), { body: { ...answer, source_type_id: 'x' } });
    await offer(401, { type_id: SHIELD_EXTENDER, item_id: 401 });
    await waitUntil(async () => (await attemptsOf(401)) === 1);
    expect(await stored(401)).toMatchObject({ fetched: false, raw: null, retry_in_hours: 1 });
  });
});
