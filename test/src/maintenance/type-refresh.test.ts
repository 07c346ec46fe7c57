import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { daysFromNow, insert } from '../api/world.js';
import { waitUntil } from '../setup/wait-until.js';
import { startMaintainedDatabase, type MaintainedDatabase } from './maintained-database.js';

const OLD = daysFromNow(-31);
const RECENT = daysFromNow(-29);
const type = (type_id: number, refreshed_at: string, name = 'Before') => ({
  type_id,
  name,
  group_id: 1,
  raw: {},
  refreshed_at,
});

let maintained: MaintainedDatabase;

beforeAll(async () => {
  maintained = await startMaintainedDatabase({ TYPE_REFRESH_BATCH: '4' });
});

afterAll(() => maintained.stop());

const countOld = async () =>
  (
    await maintained.query(`
    SELECT FROM types WHERE refreshed_at < now() - interval '30 days'
    UNION ALL SELECT FROM groups WHERE refreshed_at < now() - interval '30 days'
    UNION ALL SELECT FROM categories WHERE refreshed_at < now() - interval '30 days'
    UNION ALL SELECT FROM market_groups WHERE refreshed_at < now() - interval '30 days'`)
  ).length;

describe('what is older than 30 days', () => {
  test('is fetched again, also where some of it fails, and nothing is asked for twice', async () => {
    const { answers, asked } = maintained.esi;
    for (const id of [11, 12, 13, 14, 15]) {
      answers.set(`/universe/types/${id}`, { body: { type_id: id, name: 'After', group_id: 1 } });
    }
    answers.set('/universe/types/16', { body: { type_id: 16, name: 'Moved', group_id: 2 } });
    answers.set('/universe/types/17', { status: 400, body: { error: 'bad' } });
    answers.set('/universe/types/18', {
      body: { type_id: 18, name: 'A character that cannot be stored: \0', group_id: 1 },
    });
    answers.set('/universe/groups/1', { body: { group_id: 1, name: 'Group after', category_id: 6 } });
    answers.set('/universe/groups/2', { body: { group_id: 2, name: 'New group', category_id: 6 } });
    answers.set('/universe/categories/6', { body: { category_id: 6, name: 'Category after' } });
    answers.set('/markets/groups/5', { body: { market_group_id: 5, name: 'Market group after' } });

    await insert(maintained.databaseUrl, 'categories', [
      { category_id: 6, name: 'Before', raw: {}, refreshed_at: OLD },
    ]);
    await insert(maintained.databaseUrl, 'market_groups', [
      { market_group_id: 5, name: 'Before', raw: {}, refreshed_at: OLD },
    ]);
    await insert(maintained.databaseUrl, 'groups', [
      { group_id: 1, name: 'Before', category_id: 6, raw: {}, refreshed_at: OLD },
    ]);
    await insert(maintained.databaseUrl, 'types', [
      ...[11, 12, 13, 14, 15, 16, 17, 18].map((id) => type(id, OLD)),
      type(19, RECENT),
    ]);
    await waitUntil(async () => (await countOld()) === 0, { what: 'nothing is old', timeoutMs: 20_000 });

    expect(await maintained.query('SELECT type_id, name, group_id FROM types ORDER BY 1')).toEqual([
      ...[11, 12, 13, 14, 15].map((type_id) => ({ type_id, name: 'After', group_id: 1 })),
      { type_id: 16, name: 'Moved', group_id: 2 },
      { type_id: 17, name: 'Before', group_id: 1 },
      { type_id: 18, name: 'A character that cannot be stored: \ufffd', group_id: 1 },
      { type_id: 19, name: 'Before', group_id: 1 },
    ]);
    expect(await maintained.query('SELECT name FROM groups ORDER BY group_id')).toEqual([
      { name: 'Group after' },
      { name: 'New group' },
    ]);
    expect(await maintained.query('SELECT name FROM categories')).toEqual([{ name: 'Category after' }]);
    expect(await maintained.query('SELECT name FROM market_groups')).toEqual([
      { name: 'Market group after' },
    ]);
    expect(asked.length).toBe(new Set(asked).size);
    expect(asked).not.toContain('/universe/types/19');
  });
});
