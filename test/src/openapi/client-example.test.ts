import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { browseShips } from '../../../packages/api-client/examples/browse-ships.js';
import { startApi, type ApiUnderTest } from '../api/api-under-test.js';
import { contract, insert, insertPlaces, item, oneShip } from '../api/world.js';

let api: ApiUnderTest;

beforeAll(async () => {
  api = await startApi();
  await insertPlaces(api.databaseUrl);
  const frigates = [1, 2, 3, 4, 5].map((id) =>
    contract({ contract_id: id, price: 1_000_000 * (6 - id), ...oneShip(id === 5 ? 603 : 587) }),
  );
  await insert(api.databaseUrl, 'contracts', [
    ...frigates,
    contract({ contract_id: 6, price: 20_000_000, ...oneShip(587) }),
    contract({ contract_id: 7, type: 'auction', ...oneShip(587) }),
    contract({ contract_id: 8, price: 5 }),
  ]);
  await insert(api.databaseUrl, 'contract_items', [
    item({ contract_id: 5, type_id: 603 }),
    item({ contract_id: 5, type_id: 34, position: 1, quantity: 500 }),
  ]);
});

afterAll(() => api.stop());

test('the example of the client does against the API what it says', async () => {
  const lines: string[] = [];
  await browseShips(api.url, (line) => lines.push(line));
  expect(lines).toEqual([
    'Merlin for 1000000 ISK in Jita',
    'Rifter for 2000000 ISK in Jita',
    'Rifter for 3000000 ISK in Jita',
    'Rifter for 4000000 ISK in Jita',
    'Rifter for 5000000 ISK in Jita',
    '5 holds 1 Merlin, 500 Tritanium',
    'There is no contract 1000005, or it is not complete yet.',
    'The regions are as they were',
  ]);
});
