import { createMarketGroups } from './market-groups.js';
import { fractionOf, hashNumbers } from './random.js';
import type { Replay, UniverseKind } from './replay.js';
import type { StaticData, StaticType } from './static-data.js';
import type { CategoryAnswer, GroupAnswer, RegionAnswer, TypeAnswer } from './wire.js';

const SHIP_CATEGORY = 6;
const META_GROUP_ATTRIBUTE = 1692;
/** Packaged volumes are not in the static data; a tenth of the assembled one is near for most hulls. */
const PACKED = 0.1;

/** Every answer of /universe and /markets/groups. Recorded answers go before made ones; undefined: there is none. */
export interface Universe {
  one(kind: UniverseKind | 'market_groups', id: number): unknown;
  /** Ascending ids of everything of a kind. */
  ids(kind: UniverseKind | 'market_groups'): readonly number[];
}

export function createUniverse(data: StaticData, replay: Replay): Universe {
  const childrenOf = indexChildren(data, replay);
  const marketGroups = createMarketGroups(data, replay);

  const makers: Record<UniverseKind, (id: number) => object | undefined> = {
    types: (id) => describeType(data, data.types.get(id)),
    groups: (id) => {
      const group = data.groups.get(id);
      return group && ({ ...group, types: childrenOf.group(id) } satisfies GroupAnswer);
    },
    categories: (id) => {
      const category = data.categories.get(id);
      return category && ({ ...category, groups: childrenOf.category(id) } satisfies CategoryAnswer);
    },
    regions: (id) => {
      const region = data.regions.get(id);
      const isKnown = region !== undefined || replay.universe('regions', id) !== undefined;
      return isKnown ? describeRegion(id, region, childrenOf.region(id)) : undefined;
    },
    constellations: (id) => {
      const constellation = data.constellations.get(id);
      return (
        constellation && { ...constellation, position: placeOf(id), systems: childrenOf.constellation(id) }
      );
    },
    systems: (id) => {
      const system = data.systems.get(id);
      const stations = childrenOf.system(id);
      return system && { ...system, position: placeOf(id), ...(stations.length > 0 ? { stations } : {}) };
    },
    stations: (id) => describeStation(data, id),
  };
  const staticIds: Record<UniverseKind, Iterable<number>> = {
    types: data.types.keys(),
    groups: data.groups.keys(),
    categories: data.categories.keys(),
    regions: data.regions.keys(),
    constellations: data.constellations.keys(),
    systems: data.systems.keys(),
    stations: data.stations.keys(),
  };
  const known = new Map<string, readonly number[]>(
    (Object.keys(staticIds) as UniverseKind[]).map((kind) => [
      kind,
      [...new Set([...staticIds[kind], ...replay.universeIds(kind)])].sort((first, second) => first - second),
    ]),
  );

  return {
    one: (kind, id) => {
      if (kind === 'market_groups') {
        return marketGroups.get(id);
      }
      const made = makers[kind](id);
      const recorded = replay.universe(kind, id);
      return made === undefined && recorded === undefined ? undefined : { ...made, ...recorded };
    },
    ids: (kind) => (kind === 'market_groups' ? [...marketGroups.keys()] : (known.get(kind) ?? [])),
  };
}

function describeType(data: StaticData, type: StaticType | undefined): TypeAnswer | undefined {
  if (type === undefined) {
    return undefined;
  }
  const isShip = data.groups.get(type.group_id)?.category_id === SHIP_CATEGORY;
  const volume = type.volume ?? 0;
  return {
    type_id: type.type_id,
    name: type.name,
    description: '',
    group_id: type.group_id,
    published: true,
    ...(type.market_group_id === null ? {} : { market_group_id: type.market_group_id }),
    volume,
    packaged_volume: isShip ? volume * PACKED : volume,
    portion_size: 1,
    ...(type.meta_group_id === null
      ? {}
      : { dogma_attributes: [{ attribute_id: META_GROUP_ATTRIBUTE, value: type.meta_group_id }] }),
  };
}

/** Regions of wormhole space have no description. */
function describeRegion(
  id: number,
  region: { name: string; space: string } | undefined,
  constellations: number[],
): RegionAnswer {
  return {
    region_id: id,
    name: region?.name ?? '',
    constellations,
    ...(region?.space === 'eve' ? { description: `The region of ${region.name}.` } : {}),
  };
}

function describeStation(data: StaticData, id: number): object | undefined {
  const station = data.stations.get(id);
  if (station === undefined) {
    return undefined;
  }
  const { owner_id: owner, ...rest } = station;
  return {
    ...rest,
    owner,
    position: placeOf(id),
    max_dockable_ship_volume: 50_000_000,
    office_rental_cost: 10_000 + (hashNumbers(id, 50) % 1_000_000),
    reprocessing_efficiency: 0.5,
    reprocessing_stations_take: 0.05,
    services: [
      'docking',
      'market',
      'reprocessing-plant',
      'repair-facilities',
      'fitting',
      'insurance',
      'office-rental',
    ],
  };
}

/** A made-up position in metres: nothing here flies. */
function placeOf(id: number): { x: number; y: number; z: number } {
  const along = (axis: number): number => Math.round((fractionOf(id, axis) - 0.5) * 1e17);
  return { x: along(51), y: along(52), z: along(53) };
}

interface Children {
  group(id: number): number[];
  category(id: number): number[];
  region(id: number): number[];
  constellation(id: number): number[];
  system(id: number): number[];
}

function indexChildren(data: StaticData, replay: Replay): Children {
  const recordedTypes = replay
    .universeIds('types')
    .filter((id) => !data.types.has(id))
    .map((id) => ({ type_id: id, group_id: Number(replay.universe('types', id)?.['group_id']) }));
  const types = indexBy([...data.types.values(), ...recordedTypes], 'group_id', 'type_id');
  const groups = indexBy(data.groups.values(), 'category_id', 'group_id');
  const constellations = indexBy(data.constellations.values(), 'region_id', 'constellation_id');
  const systems = indexBy(data.systems.values(), 'constellation_id', 'system_id');
  const stations = indexBy(data.stations.values(), 'system_id', 'station_id');
  return {
    group: (id) => types.get(id) ?? [],
    category: (id) => groups.get(id) ?? [],
    region: (id) => constellations.get(id) ?? [],
    constellation: (id) => systems.get(id) ?? [],
    system: (id) => stations.get(id) ?? [],
  };
}

function indexBy<T>(rows: Iterable<T>, parent: keyof T, child: keyof T): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const row of rows) {
    const parentId = row[parent] as number;
    const children = groups.get(parentId);
    if (children === undefined) {
      groups.set(parentId, [row[child] as number]);
    } else {
      children.push(row[child] as number);
    }
  }
  return groups;
}
