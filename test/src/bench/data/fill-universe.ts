import type { Client } from 'pg';
import { CHARACTERS, CORPORATIONS, FIRST_STRUCTURE_ID } from './market.js';
import { copyInto } from './copy-into.js';
import { line } from './table-rows.js';
import type { Universe } from './universe.js';

/** Everything that a worker would have asked ESI about the world around the contracts. */
export async function fillUniverse(
  client: Client,
  { data, marketGroups }: Universe,
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  const later = new Date(now.getTime() + 7 * 86_400_000).toISOString();
  const regions = [...data.regions.values()];
  const people = [
    ...namesOf(CHARACTERS, 'character', 'Pilot'),
    ...namesOf(CORPORATIONS, 'corporation', 'Corporation'),
    ...regions.map(({ region_id, name }) => [region_id, name, 'region'] as const),
  ];
  const regionOf = (constellationId: number) => data.constellations.get(constellationId)?.region_id ?? 0;

  await copyInto(
    client,
    'categories (category_id, name, raw, refreshed_at)',
    [...data.categories.values()].map(({ category_id, name }) => line([category_id, name, '{}', at])),
  );
  await copyInto(
    client,
    'groups (group_id, name, category_id, raw, refreshed_at)',
    [...data.groups.values()].map(({ group_id, name, category_id }) =>
      line([group_id, name, category_id, '{}', at]),
    ),
  );
  await copyInto(
    client,
    'market_groups (market_group_id, name, parent_group_id, raw, refreshed_at)',
    marketGroups.map(({ market_group_id, name, parent_group_id }) =>
      line([market_group_id, name, parent_group_id, '{}', at]),
    ),
  );
  await copyInto(
    client,
    'types (type_id, name, group_id, market_group_id, raw, refreshed_at)',
    [...data.types.values()].map(({ type_id, name, group_id, market_group_id }) =>
      line([type_id, name, group_id, market_group_id, '{}', at]),
    ),
  );
  await copyInto(
    client,
    'systems (system_id, name, constellation_id, region_id, security_status, raw)',
    [...data.systems.values()].map(({ system_id, name, constellation_id, security_status }) =>
      line([system_id, name, constellation_id, regionOf(constellation_id), security_status, '{}']),
    ),
  );
  await copyInto(client, 'locations (location_id, kind, name, system_id, resolved_at)', [
    ...[...data.stations.values()].map(({ station_id, name, system_id }) =>
      line([station_id, 'station', name, system_id, at]),
    ),
    ...regions.flatMap(({ region_id }) =>
      structuresOf(region_id).map((id) => line([id, 'structure', null, null, null])),
    ),
  ]);
  await copyInto(
    client,
    'names (id, name, category, resolved_at)',
    people.map((row) => line([...row, at])),
  );
  await copyInto(
    client,
    'regions (region_id, listed_at, generation, next_due_at, last_sweep_at, last_sweep_outcome, last_complete_sweep_at, generation_count)',
    regions.map(({ region_id }) => line([region_id, at, at, later, at, 'complete', at, 1])),
  );
}

const structuresOf = (regionId: number) =>
  Array.from({ length: 31 }, (_, index) => FIRST_STRUCTURE_ID + regionId * 100 + index);

function namesOf({ first, count }: { first: number; count: number }, category: string, label: string) {
  return Array.from({ length: count }, (_, index) => [first + index, `${label} ${index}`, category] as const);
}
