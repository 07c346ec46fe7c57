import { loadStaticData, type StaticData, type StaticType } from '@hangar-bay/esi-sandbox';
import { SHIP_CATEGORY_ID, kindOfType, type TypeKind } from '@hangar-bay/domain';

const BLUEPRINTS = 9;
const MODULES = 7;
/** The static data has no market groups of its own: a tree of category, group and market group stands for them. */
const CATEGORY_NODES = 900_000;
const GROUP_NODES = 910_000;

export const THE_FORGE = 10000002;
export const JITA = 60003760;

export interface MarketGroup {
  readonly market_group_id: number;
  readonly name: string;
  readonly parent_group_id: number | null;
}

/** The real places and types that the benchmark's market is made of. */
export interface Universe {
  readonly data: StaticData;
  readonly ships: readonly StaticType[];
  readonly blueprints: readonly StaticType[];
  readonly modules: readonly StaticType[];
  /** Everything else that is on the market. */
  readonly goods: readonly StaticType[];
  readonly marketGroups: readonly MarketGroup[];
  /** Regions with stations, and the stations of each. */
  readonly stations: ReadonlyMap<number, readonly number[]>;
  kindOf(typeId: number): TypeKind | null;
}

export function readUniverse(): Universe {
  const data = loadStaticData();
  const categoryOf = ({ group_id }: StaticType) => data.groups.get(group_id)?.category_id ?? 0;
  const types = [...data.types.values()];
  const traded = types.filter(({ market_group_id }) => market_group_id !== null);
  const of = (category: number) => traded.filter((type) => categoryOf(type) === category);
  return {
    data,
    ships: of(SHIP_CATEGORY_ID),
    blueprints: types.filter((type) => categoryOf(type) === BLUEPRINTS),
    modules: of(MODULES),
    goods: traded.filter((type) => ![SHIP_CATEGORY_ID, BLUEPRINTS, MODULES].includes(categoryOf(type))),
    marketGroups: makeMarketGroups(data, traded, categoryOf),
    stations: groupStations(data),
    kindOf(typeId) {
      const type = data.types.get(typeId);
      return type === undefined
        ? null
        : kindOfType({ group_id: type.group_id, category_id: categoryOf(type) }, null);
    },
  };
}

function makeMarketGroups(
  data: StaticData,
  traded: readonly StaticType[],
  categoryOf: (type: StaticType) => number,
): MarketGroup[] {
  const groups = new Map<number, MarketGroup>();
  const add = (market_group_id: number, name: string | undefined, parent_group_id: number | null) =>
    groups.set(market_group_id, { market_group_id, name: name ?? 'Other', parent_group_id });
  for (const type of traded) {
    const category = categoryOf(type);
    const group = data.groups.get(type.group_id)?.name;
    add(CATEGORY_NODES + category, data.categories.get(category)?.name, null);
    add(GROUP_NODES + type.group_id, group, CATEGORY_NODES + category);
    add(type.market_group_id ?? 0, group, GROUP_NODES + type.group_id);
  }
  return [...groups.values()];
}

function groupStations(data: StaticData): Map<number, number[]> {
  const stations = new Map<number, number[]>();
  for (const stationId of data.stations.keys()) {
    const regionId = data.regionOfStation(stationId);
    if (regionId !== undefined) {
      stations.set(regionId, [...(stations.get(regionId) ?? []), stationId]);
    }
  }
  return stations;
}
