import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createProducer, type Producer } from '@hangar-bay/queues';
import { contract, insert } from '../api/world.js';
import { startMaintainedDatabase, type MaintainedDatabase } from '../maintenance/maintained-database.js';
import { waitUntil } from '../setup/wait-until.js';

const RIFTER = 587;
const CONTRACT = 1;

let maintained: MaintainedDatabase;
let producer: Producer;

beforeEach(async () => {
  maintained = await startMaintainedDatabase({}, 'ALTER TABLE types RENAME TO unreadable_types');
  producer = createProducer({ url: maintained.queueUrl, onError: () => undefined });
});

afterEach(async () => {
  await producer.close();
  await maintained.stop();
});

test('a worker that cannot read the types starts all the same, and completes contracts once it can', async () => {
  await maintained.query('ALTER TABLE unreadable_types RENAME TO types');
  const known = { raw: {}, refreshed_at: new Date().toISOString() };
  const { databaseUrl, esi } = maintained;
  await insert(databaseUrl, 'groups', [{ group_id: 25, name: 'Frigate', category_id: 6, ...known }]);
  await insert(databaseUrl, 'types', [{ type_id: RIFTER, name: 'Rifter', group_id: 25, ...known }]);
  await insert(databaseUrl, 'contracts', [
    contract({ contract_id: CONTRACT, items_state: 'pending', visible_since: null }),
  ]);
  esi.answers.set(`/contracts/public/items/${CONTRACT}`, {
    body: [{ record_id: 1, type_id: RIFTER, quantity: 1, is_included: true }],
  });
  await producer.addContracts([{ contract_id: CONTRACT, run_id: 'test' }]);
  const visible = 'SELECT ship_type_id FROM contracts WHERE visible_since IS NOT NULL';
  await waitUntil(async () => (await maintained.query(visible)).length === 1, { what: 'it is visible' });
  expect(await maintained.query(visible)).toEqual([{ ship_type_id: RIFTER }]);
});
