import type { EsiStation, EsiSystem } from '@hangar-bay/domain';
import type { Database } from '../client.js';
import type { Prisma } from '../generated/client.js';
import { sql } from '../sql.js';

/** A station that ESI did not know is asked for again after this time. */
const RETRY_AFTER = '1 day';

/** Up to `limit` stations whose names and systems wait to be asked for, other than `left`. */
export async function findWaitingStations(
  db: Database,
  limit: number,
  left: readonly number[],
): Promise<number[]> {
  const rows = await db.$queryRaw<{ location_id: bigint }[]>(sql`
    SELECT location_id FROM locations
     WHERE resolved_at IS NULL AND kind = 'station'
       AND (failed_at IS NULL OR failed_at < now() - ${RETRY_AFTER}::interval)
       AND location_id <> ALL (${left}::bigint[])
     ORDER BY location_id LIMIT ${limit}`);
  return rows.map((row) => Number(row.location_id));
}

export async function findUnknownSystems(db: Database, systemIds: readonly number[]): Promise<number[]> {
  const known = await db.system.findMany({
    where: { system_id: { in: [...systemIds] } },
    select: { system_id: true },
  });
  const knownIds = new Set(known.map((system) => system.system_id));
  return systemIds.filter((id) => !knownIds.has(id));
}

/** The regions of those constellations that a known system lies in. */
export async function findConstellationRegions(
  db: Database,
  constellationIds: readonly number[],
): Promise<Map<number, number>> {
  const systems = await db.system.findMany({
    where: { constellation_id: { in: [...constellationIds] } },
    select: { constellation_id: true, region_id: true },
    distinct: ['constellation_id'],
  });
  return new Map(systems.map((system) => [system.constellation_id, system.region_id]));
}

export async function saveSystem(
  db: Database,
  system: EsiSystem,
  regionId: number,
  raw: unknown,
): Promise<void> {
  const { system_id, ...values } = { ...system, region_id: regionId, raw: raw as Prisma.InputJsonValue };
  await db.system.upsert({ where: { system_id }, create: { system_id, ...values }, update: values });
}

/** Their systems must be stored before them. */
export async function saveStations(db: Database, stations: readonly EsiStation[]): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE locations SET name = found.name, system_id = found.system_id, resolved_at = now(), failed_at = NULL
      FROM json_to_recordset(${JSON.stringify(stations)}::json) AS found (station_id bigint, name text, system_id int)
     WHERE location_id = found.station_id`);
}

export async function markStationsUnknown(db: Database, stationIds: readonly number[]): Promise<void> {
  await db.$executeRaw(
    sql`UPDATE locations SET failed_at = now() WHERE location_id = ANY (${stationIds}::bigint[])`,
  );
}
