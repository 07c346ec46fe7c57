import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { insert } from '../api/world.js';
import { waitUntil } from '../setup/wait-until.js';
import { startMaintainedDatabase, type MaintainedDatabase } from './maintained-database.js';

const NOW = '2026-08-18T11:05:00Z';
const station = (id: number, systemId: number) => ({
  body: { station_id: id, name: `Station ${id}`, system_id: systemId, type_id: 1529 },
});
const system = (id: number) => ({
  body: { system_id: id, name: `System ${id}`, constellation_id: 20000001, security_status: 0.5 },
});
const constellation = { body: { constellation_id: 20000001, name: 'C', region_id: 10000002, systems: [] } };

let maintained: MaintainedDatabase;

beforeEach(async () => {
  maintained = await startMaintainedDatabase();
  maintained.esi.answers.set('/universe/constellations/20000001', constellation);
});

afterEach(() => maintained.stop());

const asked = (part: string) => maintained.esi.asked.filter((path) => path.includes(part)).length;

async function addStations(...ids: readonly number[]): Promise<void> {
  await insert(
    maintained.databaseUrl,
    'locations',
    ids.map((location_id) => ({ location_id, kind: 'station' })),
  );
}

async function stations(): Promise<unknown[]> {
  return maintained.query(
    `SELECT location_id::int AS id, system_id, failed_at IS NOT NULL AS unknown FROM locations ORDER BY 1`,
  );
}

/** Maintenance resolves a station that was just added, so it has looked at all that there is to do. */
async function letMaintenanceRun(id: number): Promise<void> {
  maintained.esi.answers.set(`/universe/stations/${id}`, station(id, 30000001));
  maintained.esi.answers.set('/universe/systems/30000001', system(30000001));
  await addStations(id);
  await waitUntil(
    async () =>
      (await maintained.query(`SELECT FROM locations WHERE location_id = ${id} AND system_id IS NOT NULL`))
        .length === 1,
    { what: `station ${id} is resolved`, timeoutMs: 15_000 },
  );
}

describe('stations', () => {
  test('that ESI does not know wait a day; those that fail are asked for again before, and stop no others', async () => {
    const { answers } = maintained.esi;
    answers.set('/universe/stations/60000001', { status: 503 });
    answers.set('/universe/stations/60000002', { status: 404, body: { error: 'Not found' } });
    answers.set('/universe/stations/60000003', { body: { station_id: 'x' } });
    await addStations(60000001, 60000002, 60000003);
    await letMaintenanceRun(60000009);
    await letMaintenanceRun(60000010);
    expect(await stations()).toEqual([
      { id: 60000001, system_id: null, unknown: false },
      { id: 60000002, system_id: null, unknown: true },
      { id: 60000003, system_id: null, unknown: false },
      { id: 60000009, system_id: 30000001, unknown: false },
      { id: 60000010, system_id: 30000001, unknown: false },
    ]);
    // The client's own retry is the second.
    expect(asked('/stations/60000001')).toBe(2);
    expect(asked('/stations/60000002')).toBe(1);
    expect(asked('/stations/60000003')).toBe(1);
  });

  test('of a system that failed once are resolved all the same, but for the one that met it', async () => {
    const { answers } = maintained.esi;
    const ids = [60000001, 60000002, 60000003, 60000004];
    ids.forEach((id) => answers.set(`/universe/stations/${id}`, station(id, 30000005)));
    answers.set('/universe/systems/30000005', [{ status: 503 }, { status: 503 }, system(30000005)]);
    await addStations(...ids);
    await letMaintenanceRun(60000009);
    expect(await maintained.query('SELECT FROM locations WHERE system_id = 30000005')).toHaveLength(3);
    expect(asked('/systems/30000005')).toBe(3);
  });
});

describe('a dead route', () => {
  test('costs a few errors and holds up no other task: names that are limited for ten minutes', async () => {
    maintained.esi.answers.set('/universe/names', { status: 429, headers: { 'retry-after': '600' } });
    await insert(maintained.databaseUrl, 'names', [{ id: 90000001 }]);
    await waitUntil(() => asked('/universe/names') > 0, { what: 'names are asked for' });
    await letMaintenanceRun(60000001);
    await letMaintenanceRun(60000002);
    expect(asked('/universe/names')).toBe(1);
  });

  test('costs a few errors and holds up no other task: names that are all refused', async () => {
    await insert(
      maintained.databaseUrl,
      'names',
      Array.from({ length: 50 }, (_, index) => ({ id: 90000001 + index })),
    );
    await waitUntil(() => asked('/universe/names') > 0, { what: 'names are asked for' });
    await letMaintenanceRun(60000001);
    await letMaintenanceRun(60000002);
    expect(asked('/universe/names')).toBe(2);
    expect(await maintained.query('SELECT FROM names WHERE failed_at IS NOT NULL')).toEqual([]);
  });

  test('costs a few errors and holds up no other kind: market groups beside categories', async () => {
    const groups = Array.from({ length: 20 }, (_, index) => index + 1);
    groups.forEach((id) => maintained.esi.answers.set(`/markets/groups/${id}`, { status: 500 }));
    maintained.esi.answers.set('/universe/categories/6', { body: { category_id: 6, name: 'Ship' } });
    const known = { raw: {}, refreshed_at: new Date().toISOString() };
    await insert(maintained.databaseUrl, 'groups', [
      { group_id: 25, name: 'Frigate', category_id: 6, ...known },
    ]);
    await insert(
      maintained.databaseUrl,
      'types',
      groups.map((id) => ({ type_id: id, name: 'T', group_id: 25, market_group_id: id, ...known })),
    );
    await waitUntil(async () => (await maintained.query('SELECT FROM categories')).length === 1, {
      what: 'the category is stored',
    });
    await letMaintenanceRun(60000001);
    await letMaintenanceRun(60000002);
    expect(asked('/markets/groups/')).toBeLessThanOrEqual(6);
  });

  test('puts types off for an hour, not for a month', async () => {
    maintained.esi.answers.set('/universe/types/11', { status: 503 });
    const known = { raw: {}, refreshed_at: NOW };
    await insert(maintained.databaseUrl, 'groups', [
      { group_id: 25, name: 'Frigate', category_id: 6, raw: {}, refreshed_at: new Date().toISOString() },
    ]);
    await insert(maintained.databaseUrl, 'types', [
      { type_id: 11, name: 'T', group_id: 25, market_group_id: null, ...known },
    ]);
    const untilStale = `
      SELECT round(extract(epoch FROM refreshed_at + interval '30 days' - now()) / 60)::int AS minutes FROM types`;
    await waitUntil(async () => ((await maintained.query(untilStale))[0]?.['minutes'] as number) > 0, {
      what: 'the type is put off',
      timeoutMs: 15_000,
    });
    expect(await maintained.query(untilStale)).toEqual([{ minutes: 60 }]);
  });
});
