import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { connectDatabase, type Database } from '@hangar-bay/database';
import { createTypeResolver } from '@hangar-bay/worker';
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
  await insert(maintained.databaseUrl, 'types', [
    { type_id: TRITANIUM, name: 'Tritanium', group_id: MINERALS, ...stored },
  ]);
});

afterAll(() => maintained.stop());

afterEach(async () => {
  await maintained.query(`UPDATE types SET group_id = ${MINERALS} WHERE type_id = ${TRITANIUM}`);
  await maintained.query(`UPDATE groups SET category_id = 4 WHERE group_id = ${MINERALS}`);
});

async function storeMineral(contract_id: number): Promise<void> {
  await insert(maintained.databaseUrl, 'contracts', [contract({ contract_id, category_ids: [4] })]);
  await insert(maintained.databaseUrl, 'contract_items', [item({ contract_id, type_id: TRITANIUM })]);
}

const isShip = async (contract_id: number) =>
  (
    await maintained.query(`
      SELECT FROM contracts
       WHERE contract_id = ${contract_id} AND category_ids = '{6}' AND ship_type_id = ${TRITANIUM}`)
  ).length === 1;

describe('what is stored is derived again', () => {
  test('when a type comes to another group', async () => {
    await storeMineral(1);
    await maintained.query(`UPDATE types SET group_id = ${FRIGATES} WHERE type_id = ${TRITANIUM}`);
    await waitUntil(() => isShip(1), { what: 'the contract sells a ship' });
  });

  test('when a group comes to another category', async () => {
    await storeMineral(2);
    await maintained.query(`UPDATE groups SET category_id = 6 WHERE group_id = ${MINERALS}`);
    await waitUntil(() => isShip(2), { what: 'the contract sells a ship' });
  });

  test('and not when what is fetched again is as it was', async () => {
    await storeMineral(3);
    const version = () =>
      maintained.query('SELECT classification_version AS version FROM contracts WHERE contract_id = 3');
    const before = await version();
    await maintained.query(`UPDATE types SET group_id = group_id, name = 'Ore' WHERE type_id = ${TRITANIUM}`);
    expect(await version()).toEqual(before);
  });
});

describe('a worker that has known a type for long', () => {
  let db: Database;

  beforeAll(() => {
    const options = { poolSize: 1, statementTimeoutMs: 2_000, applicationName: 'test' };
    db = connectDatabase({ url: maintained.databaseUrl, ...options });
  });

  afterAll(() => db.$disconnect());

  test('learns that it has moved, and has derived again what was stored since', async () => {
    // ESI is not asked: the type is stored.
    const context = { db, esi: undefined as never, config: { shipGroupIds: null } as never };
    const ensureTypes = createTypeResolver(context, { reloadMs: 0 });
    const before = await ensureTypes([TRITANIUM], undefined);
    expect(before(TRITANIUM)).toEqual({ is_ship: false, category_id: 4 });

    await maintained.query(`UPDATE types SET group_id = ${FRIGATES} WHERE type_id = ${TRITANIUM}`);
    await storeMineral(4);
    const after = await ensureTypes([TRITANIUM], undefined);
    expect(after(TRITANIUM)).toEqual({ is_ship: true, category_id: 6 });
    await waitUntil(() => isShip(4), { what: 'the contract sells a ship' });
  });
});
