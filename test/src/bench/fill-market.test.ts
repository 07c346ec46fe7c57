import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pipeline } from 'node:stream/promises';
import { Client } from 'pg';
import { from, to } from 'pg-copy-streams';
import { runSql } from '../setup/run-sql.js';
import { createTestDatabase, type TestDatabase } from '../setup/test-database.js';
import { fillMarket } from './data/fill-market.js';
import { createMarket, type MarketContract } from './data/market.js';
import { CONTRACT_COLUMNS, ITEM_COLUMNS } from './data/table-rows.js';
import { readUniverse, THE_FORGE } from './data/universe.js';

const SIZE = { contracts: 2_000, outstanding: 1_000 };

describe('a market that is filled in one go', () => {
  let filled: TestDatabase;
  let written: TestDatabase;

  beforeAll(async () => {
    [filled, written] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await fillMarket(filled.url, SIZE, 1);
  });

  afterAll(() => Promise.all([filled.drop(), written.drop()]));

  test('holds what the triggers would have derived', async () => {
    await copyTable('groups');
    await copyTable('types');
    await copyTable('regions');
    await copyTable('contracts', CONTRACT_COLUMNS.replace('ended_at, ', '').replace('ship_name, ', ''));
    await copyTable('contract_items', ITEM_COLUMNS.replace(', ended', ''));
    for (const table of ['contracts', 'contract_items']) {
      expect(await digest(written, table)).toEqual(await digest(filled, table));
    }
  });

  test('has the indexes of any other', async () => {
    const indexes = (database: TestDatabase) =>
      runSql(database.url, `SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexdef`);
    expect(await indexes(filled)).toEqual(await indexes(written));
  });

  /** Through everything that stands between a writer and the table. */
  async function copyTable(table: string, columns?: string): Promise<void> {
    const [source, target] = [filled, written].map(({ url }) => new Client({ connectionString: url })) as [
      Client,
      Client,
    ];
    await Promise.all([source.connect(), target.connect()]);
    const list = columns === undefined ? '' : ` (${columns})`;
    await pipeline(
      source.query(to(`COPY ${table}${list} TO STDOUT`)),
      target.query(from(`COPY ${table}${list} FROM STDIN`)),
    );
    await Promise.all([source.end(), target.end()]);
  }

  async function digest(database: TestDatabase, table: string) {
    const [row] = await runSql(
      database.url,
      `SELECT count(*) AS rows, md5(string_agg(md5(row::text), '' ORDER BY row::text)) AS digest FROM ${table} row`,
    );
    return row;
  }
});

describe('the market', () => {
  const universe = readUniverse();
  const now = Date.now();
  const market = createMarket({ seed: 1, universe, lifeOf: () => ({ issued: now, expires: now + 1 }) });
  const contracts = Array.from({ length: 20_000 }, (_, index) => market.contract(index));
  const share = (of: (contract: MarketContract) => boolean) => contracts.filter(of).length / contracts.length;

  test('is the same for the same seed', () => {
    const again = createMarket({ seed: 1, universe, lifeOf: () => ({ issued: now, expires: now + 1 }) });
    expect(again.contract(7)).toEqual(market.contract(7));
    const other = createMarket({ seed: 2, universe, lifeOf: () => ({ issued: now, expires: now + 1 }) });
    expect(other.contract(7)).not.toEqual(market.contract(7));
  });

  test('is skewed like the real one', () => {
    const rows = contracts.filter(({ items }) => items.length > 0).map(({ items }) => items.length);
    const sorted = rows.sort((left, right) => left - right);
    expect(share(({ regionId }) => regionId === THE_FORGE)).toBeCloseTo(0.82, 1);
    expect(share(({ items }) => items.some(({ is_blueprint_copy }) => is_blueprint_copy))).toBeCloseTo(
      0.5,
      1,
    );
    expect(share(({ row }) => row.type === 'courier')).toBeCloseTo(0.003, 2);
    expect(
      share(({ items }) => items.filter(({ type_id }) => universe.kindOf(type_id)?.is_ship).length === 1),
    ).toBeCloseTo(0.012, 2);
    expect(sorted[sorted.length >> 1]).toBe(1);
    expect(sorted.at(-1)).toBe(422);
    expect(rows.reduce((sum, count) => sum + count, 0) / rows.length).toBeCloseTo(3, 0);
  });
});
