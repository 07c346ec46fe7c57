import { addRegions, completeSweep, connectDatabase, storePage, type Database } from '@hangar-bay/database';
import { Client } from 'pg';
import { createTestDatabase } from '../setup/test-database.js';
import { queryValue, runSql } from '../setup/run-sql.js';

const REGION = 10000002;
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();
export const FIRST = new Date('2026-08-18T11:05:00Z');

/** A database with one region that is listed and current, and a listener for what its log is notified of. */
export interface ChangeLogUnderTest {
  readonly databaseUrl: string;
  readonly db: Database;
  /** What the log gains by some work, and how often it was notified of. */
  readonly changesBy: (work: () => Promise<unknown>) => Promise<GainedChanges>;
  /** A sweep of the region that finds these contracts on its one page. */
  readonly sweep: (generation: Date, contracts: readonly ListedContract[]) => () => Promise<void>;
  readonly close: () => Promise<void>;
}

interface GainedChanges {
  /** Kind and contract, in the order of the log. */
  readonly changes: unknown[][];
  readonly notifications: number;
}

type ListedContract = ReturnType<typeof courier | typeof exchange>;

/** Opens a database that nobody else uses. */
export async function openChangeLog(): Promise<ChangeLogUnderTest> {
  const database = await createTestDatabase();
  const db = connectDatabase({
    url: database.url,
    // One session, which keeps the plans of its first statements.
    poolSize: 1,
    statementTimeoutMs: 20_000,
    applicationName: 'test',
  });
  let notifications = 0;
  const listener = new Client({ connectionString: database.url });
  await listener.connect();
  listener.on('notification', () => (notifications += 1));
  await listener.query('LISTEN hangar_bay_changes');
  await addRegions(db, [REGION], { listed: true });
  await runSql(database.url, `UPDATE regions SET last_sweep_at = now()`);

  return {
    databaseUrl: database.url,
    db,
    async changesBy(work) {
      const last = await queryValue(database.url, 'SELECT coalesce(max(change_id), 0) AS value FROM changes');
      await listener.query('SELECT 1');
      notifications = 0;
      await work();
      // What was notified of before this statement ended is here with its answer.
      await listener.query('SELECT 1');
      const rows = await runSql(
        database.url,
        `SELECT kind, contract_id FROM changes WHERE change_id > ${String(last)} ORDER BY change_id`,
      );
      return {
        changes: rows.map(({ kind, contract_id }) => [
          kind,
          contract_id === null ? null : Number(contract_id),
        ]),
        notifications,
      };
    },
    sweep: (generation, contracts) => async () => {
      await storePage(db, {
        region_id: REGION,
        page: 1,
        etag: '"1"',
        last_modified: generation,
        named: true,
        page_count: 1,
        fresh_seconds: 1_800,
        contracts,
        contract_ids: contracts.map((contract) => contract.contract_id),
        gaps: [],
      });
      // As autovacuum does after many rows.
      await runSql(database.url, 'ANALYZE contracts');
      await completeSweep(db, REGION, generation, 1);
    },
    async close() {
      await listener.end();
      await db.$disconnect();
      await database.drop();
    },
  };
}

export const NOTHING = { changes: [], notifications: 0 };
export const SOMETHING = { changes: [['other', null]], notifications: 1 };

export const courier = (contract_id: number) => ({
  ...listed(contract_id),
  type: 'courier' as const,
  has_items: false,
});
export const exchange = (contract_id: number) => ({
  ...listed(contract_id),
  type: 'item_exchange' as const,
  has_items: true,
});

function listed(contract_id: number) {
  return {
    contract_id,
    issuer_id: 90000001,
    issuer_corporation_id: 98000001,
    for_corporation: false,
    date_issued: '2026-08-01T00:00:00Z',
    date_expired: TOMORROW,
    title: 'a title',
    price: 5,
    volume: 1,
    start_location_id: 60003760,
    end_location_id: 60003760,
  };
}
