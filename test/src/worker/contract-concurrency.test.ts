import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createProducer, type Producer } from '@hangar-bay/queues';
import { contract, insert } from '../api/world.js';
import { startMaintainedDatabase, type MaintainedDatabase } from '../maintenance/maintained-database.js';
import { waitUntil } from '../setup/wait-until.js';
import { holdItems, type HeldItems } from './held-items.js';

const RIFTER = 587;
const AT_A_TIME = 2;
const CONTRACTS = Array.from({ length: 10 }, (_, index) => index + 1);

let esi: HeldItems;
let maintained: MaintainedDatabase;
let producer: Producer;

beforeEach(async () => {
  esi = await holdItems(RIFTER);
  maintained = await startMaintainedDatabase({
    CONTRACT_CONCURRENCY: String(AT_A_TIME),
    ESI_BASE_URL: esi.url,
  });
  const known = { raw: {}, refreshed_at: new Date().toISOString() };
  const { databaseUrl } = maintained;
  await insert(databaseUrl, 'groups', [{ group_id: 25, name: 'Frigate', category_id: 6, ...known }]);
  await insert(databaseUrl, 'types', [{ type_id: RIFTER, name: 'Rifter', group_id: 25, ...known }]);
  await insert(
    databaseUrl,
    'contracts',
    CONTRACTS.map((contract_id) => contract({ contract_id, items_state: 'pending', visible_since: null })),
  );
  producer = createProducer({ url: maintained.queueUrl, onError: () => undefined });
});

afterEach(async () => {
  await producer.close();
  await maintained.stop();
  await esi.stop();
});

async function jobsAtWork(): Promise<number> {
  return (await producer.countJobs()).find(({ queue }) => queue === 'contract')?.active ?? 0;
}

test('no more than CONTRACT_CONCURRENCY contracts are asked for at a time, though more jobs are at work', async () => {
  await producer.addContracts(CONTRACTS.map((contract_id) => ({ contract_id, run_id: 'test' })));
  await waitUntil(async () => esi.held() >= AT_A_TIME && (await jobsAtWork()) === 4 * AT_A_TIME, {
    what: 'some jobs wait for an answer, and three times as many to ask',
  });
  for (const number of CONTRACTS) {
    const expected = Math.min(number - 1 + AT_A_TIME, CONTRACTS.length);
    await waitUntil(() => esi.asked() >= expected, { what: `${expected} contracts were asked for` });
    esi.answerOne();
  }
  await waitUntil(
    async () =>
      (await maintained.query(`SELECT FROM contracts WHERE items_state = 'stored'`)).length ===
      CONTRACTS.length,
    { what: 'all items are stored' },
  );
  expect([esi.asked(), esi.most()]).toEqual([CONTRACTS.length, AT_A_TIME]);
});
