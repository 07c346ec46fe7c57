import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { createChangeListener, type ChangeListener } from '@hangar-bay/database';
import { fillMarket } from '../bench/data/fill-market.js';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase } from '../setup/test-database.js';
import { walksThroughContracts } from '../setup/walks-through-contracts.js';

/** A plan is kept from the sixth time on. */
const LOOKS = 10;

test('a look does not walk through all contracts, though statistics say that many wait for their items', async () => {
  const database = await createTestDatabase();
  try {
    await fillMarket(database.url, { contracts: 5_000, outstanding: 1_000 }, 1);
    await runSql(database.url, `UPDATE contracts SET items_state = 'pending', gone_at = NULL`);
    await runSql(database.url, 'ANALYZE contracts');
    await runSql(
      database.url,
      `UPDATE contracts SET items_state = 'stored' WHERE contract_id < (SELECT max(contract_id) FROM contracts)`,
    );
    const before = await walksThroughContracts(database.url);

    const states = await look(database.url, LOOKS);

    expect(states).toMatchObject(Array.from({ length: LOOKS }, () => ({ due_in_ms: 0 })));
    expect(await walksThroughContracts(database.url)).toBe(before);
  } finally {
    await database.drop();
  }
});

async function look(url: string, times: number): Promise<unknown[]> {
  const connection = new EventTarget();
  const listener: ChangeListener = createChangeListener({
    url,
    applicationName: 'test',
    onChange: () => undefined,
    onConnection: () => connection.dispatchEvent(new Event('connection')),
  });
  listener.start();
  await once(connection, 'connection');
  const states: unknown[] = [];
  for (let time = 0; time < times; time += 1) {
    states.push(await listener.readState(null));
  }
  await listener.close();
  return states;
}
