import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { contract, daysFromNow, insert, item, oneShip } from '../api/world.js';
import { waitUntil } from '../setup/wait-until.js';
import { startMaintainedDatabase, type MaintainedDatabase } from './maintained-database.js';

let maintained: MaintainedDatabase;

beforeAll(async () => {
  maintained = await startMaintainedDatabase();
});

afterAll(() => maintained.stop());

/** Whether the contract, and whether its items have ended. */
async function endOf(contractId: number) {
  const [row] = await maintained.query(`
    SELECT ended_at, date_expired, gone_at, (SELECT bool_or(ended) FROM contract_items WHERE contract_id = ${contractId}) AS items
      FROM contracts WHERE contract_id = ${contractId}`);
  return row;
}

const addItem = (contractId: number) =>
  insert(maintained.databaseUrl, 'contract_items', [item({ contract_id: contractId, type_id: 34 })]);

test('a contract that expires is marked as ended then, with its items', async () => {
  await insert(maintained.databaseUrl, 'contracts', [contract({ contract_id: 1 })]);
  await addItem(1);
  expect(await endOf(1)).toMatchObject({ ended_at: null, items: false });
  await maintained.query(
    `UPDATE contracts SET date_expired = now() + interval '1 second' WHERE contract_id = 1`,
  );
  await waitUntil(async () => (await endOf(1))?.['ended_at'] !== null);
  const { ended_at, date_expired, items } = (await endOf(1)) ?? {};
  expect({ ended_at, items }).toEqual({ ended_at: date_expired, items: true });
});

test('one that is gone has ended at once, and not any more when it comes back', async () => {
  await insert(maintained.databaseUrl, 'contracts', [contract({ contract_id: 2 })]);
  await addItem(2);
  await maintained.query('UPDATE contracts SET gone_at = now() WHERE contract_id = 2');
  const gone = await endOf(2);
  expect(gone).toMatchObject({ ended_at: gone?.['gone_at'], items: true });
  await maintained.query('UPDATE contracts SET gone_at = NULL WHERE contract_id = 2');
  expect(await endOf(2)).toMatchObject({ ended_at: null, items: false });
});

test('items that are stored late have ended with their contract', async () => {
  await insert(maintained.databaseUrl, 'contracts', [contract({ contract_id: 3, gone_at: daysFromNow(-1) })]);
  await addItem(3);
  expect(await endOf(3)).toMatchObject({ items: true });
});

test('a ship is called what its type is called, whatever comes first', async () => {
  const shipNames = async () =>
    (
      await maintained.query(
        'SELECT ship_name FROM contracts WHERE contract_id IN (4, 5, 6) ORDER BY contract_id',
      )
    ).map(({ ship_name }) => ship_name);
  const refreshed_at = daysFromNow(0);
  await insert(maintained.databaseUrl, 'groups', [
    { group_id: 25, name: 'Frigate', category_id: 6, raw: {}, refreshed_at },
  ]);
  await insert(maintained.databaseUrl, 'contracts', [
    contract({ contract_id: 4, ...oneShip(587) }),
    contract({ contract_id: 5, ...oneShip(603) }),
    contract({ contract_id: 6 }),
  ]);
  expect(await shipNames()).toEqual([null, null, null]);
  await insert(maintained.databaseUrl, 'types', [
    { type_id: 587, name: 'Rifter', group_id: 25, raw: {}, refreshed_at },
    { type_id: 603, name: 'Merlin', group_id: 25, raw: {}, refreshed_at },
  ]);
  expect(await shipNames()).toEqual(['Rifter', 'Merlin', null]);
  await maintained.query(`UPDATE types SET name = 'Rifter II' WHERE type_id = 587`);
  await maintained.query('UPDATE contracts SET ship_type_id = 587 WHERE contract_id = 6');
  await maintained.query('UPDATE contracts SET ship_type_id = NULL WHERE contract_id = 5');
  expect(await shipNames()).toEqual(['Rifter II', null, 'Rifter II']);
});
