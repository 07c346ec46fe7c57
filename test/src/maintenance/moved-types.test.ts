import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { contract, daysFromNow, insert, item } from '../api/world.js';
import { waitUntil } from '../setup/wait-until.js';
import { startMaintainedDatabase, type MaintainedDatabase } from './maintained-database.js';

const TRITANIUM = 34;
const [MINERALS, FRIGATES] = [18, 25];

let maintained: MaintainedDatabase;

beforeAll(async () => {
  maintained = await startMaintainedDatabase();
  const stored = { raw: {}, refreshed_at: daysFromNow(0) };
  await insert(maintained.databaseUrl, 'groups', [
    { group_id: MINERALS, name: 'Mineral', category_id: 4, ...stored },
    { group_id: FRIGATES, name: 'Frigate', category_id: 6, ...stored },
  ]);
});

afterAll(() => maintained.stop());

beforeEach(async () => {
  await maintained.query(`UPDATE groups SET category_id = 4 WHERE group_id = ${MINERALS}`);
  await maintained.query('DELETE FROM contract_items; DELETE FROM contracts; DELETE FROM types');
  await insert(maintained.databaseUrl, 'types', [
    {
      ...{ type_id: TRITANIUM, name: 'Tritanium', group_id: MINERALS, raw: {} },
      refreshed_at: daysFromNow(0),
    },
  ]);
});

/** As a worker stores it that has read the types so long ago. */
async function storeMineral(contract_id: number, daysAgo: number): Promise<void> {
  await insert(maintained.databaseUrl, 'contracts', [
    contract({ contract_id, category_ids: [4], kinds_as_of: daysFromNow(-daysAgo) }),
  ]);
  await insert(maintained.databaseUrl, 'contract_items', [item({ contract_id, type_id: TRITANIUM })]);
}

/** The triggers' minute is over. */
const passMinute = () =>
  maintained.query(`UPDATE types SET moved_at = moved_at - interval '1 minute' WHERE moved_at IS NOT NULL`);

/** A contract that older rules have classified: once it is derived again, the task has looked at all there is. */
async function deriveAnother(contract_id: number): Promise<void> {
  await insert(maintained.databaseUrl, 'contracts', [contract({ contract_id, classification_version: 0 })]);
  const left = () =>
    maintained.query(
      `SELECT FROM contracts WHERE contract_id = ${contract_id} AND classification_version = 0`,
    );
  await waitUntil(async () => (await left()).length === 0, { what: 'the other contract is derived again' });
}

const isShip = async (contract_id: number) =>
  (
    await maintained.query(`
      SELECT FROM contracts
       WHERE contract_id = ${contract_id} AND category_ids = '{6}' AND ship_type_id = ${TRITANIUM}`)
  ).length === 1;

test.each([
  ['a type comes to another group', `UPDATE types SET group_id = ${FRIGATES} WHERE type_id = ${TRITANIUM}`],
  ['a group comes to another category', `UPDATE groups SET category_id = 6 WHERE group_id = ${MINERALS}`],
])('what is stored is derived again when %s', async (_what, move) => {
  await storeMineral(1, 1);
  await maintained.query(move);
  await passMinute();
  await waitUntil(() => isShip(1), { what: 'the contract sells a ship' });
});

test('so is what a worker stores afterwards that has not heard of it', async () => {
  await maintained.query(`UPDATE types SET group_id = ${FRIGATES} WHERE type_id = ${TRITANIUM}`);
  await passMinute();
  await storeMineral(1, 0.1);
  await waitUntil(() => isShip(1), { what: 'the contract sells a ship' });
});

test('it is derived once, and not before everybody who reads sees the move', async () => {
  const versions = () => maintained.query('SELECT xmin::text FROM contracts WHERE contract_id = 1');
  await storeMineral(1, 1);
  await maintained.query(`UPDATE types SET group_id = ${FRIGATES} WHERE type_id = ${TRITANIUM}`);
  const stored = await versions();
  await deriveAnother(2);
  expect(await versions()).toEqual(stored);
  await passMinute();
  await waitUntil(() => isShip(1), { what: 'the contract sells a ship' });
  const derived = await versions();
  await deriveAnother(3);
  expect(await versions()).toEqual(derived);
});

test('and nothing is when what is fetched again is as it was', async () => {
  await storeMineral(1, 1);
  await maintained.query(`UPDATE types SET group_id = group_id, name = 'Ore' WHERE type_id = ${TRITANIUM}`);
  await maintained.query(`UPDATE groups SET category_id = category_id WHERE group_id = ${MINERALS}`);
  expect(await maintained.query('SELECT FROM types WHERE moved_at IS NOT NULL')).toEqual([]);
});
