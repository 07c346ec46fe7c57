import { readFileSync } from 'node:fs';

export interface StaticType {
  type_id: number;
  name: string;
  group_id: number;
  market_group_id: number | null;
  volume: number | null;
  base_price: number | null;
  meta_group_id: number | null;
}

export interface StaticStation {
  station_id: number;
  name: string;
  system_id: number;
  type_id: number;
  owner_id: number;
}

export interface StaticSystem {
  system_id: number;
  name: string;
  constellation_id: number;
  security_status: number;
}

export interface StaticConstellation {
  constellation_id: number;
  name: string;
  region_id: number;
}

export interface StaticRegion {
  region_id: number;
  name: string;
  /** eve (known space), wormhole, abyssal or void. */
  space: string;
}

export interface StaticGroup {
  group_id: number;
  category_id: number;
  name: string;
  published: boolean;
}

export interface StaticCategory {
  category_id: number;
  name: string;
  published: boolean;
}

export interface StaticData {
  types: ReadonlyMap<number, StaticType>;
  groups: ReadonlyMap<number, StaticGroup>;
  categories: ReadonlyMap<number, StaticCategory>;
  regions: ReadonlyMap<number, StaticRegion>;
  constellations: ReadonlyMap<number, StaticConstellation>;
  systems: ReadonlyMap<number, StaticSystem>;
  stations: ReadonlyMap<number, StaticStation>;
  /** The region that a station lies in. */
  regionOfStation(stationId: number): number | undefined;
}

function readData(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../data/${name}.json`, import.meta.url), 'utf8'));
}

function readRows<T>(name: string, key: keyof T): Map<number, T> {
  const rows = readData(name) as T[];
  return new Map(rows.map((row) => [row[key] as number, row]));
}

/** Large tables are kept as {columns, rows} so that names of columns are not repeated 23,900 times. */
function readTable<T>(name: string, key: keyof T): Map<number, T> {
  const table = readData(name) as { columns: string[]; rows: unknown[][] };
  const records = table.rows.map(
    (row) => Object.fromEntries(table.columns.map((column, index) => [column, row[index]])) as T,
  );
  return new Map(records.map((record) => [record[key] as number, record]));
}

/** Reads the folder `data` of this package; takes about a tenth of a second. */
export function loadStaticData(): StaticData {
  const stations = readTable<StaticStation>('stations', 'station_id');
  const systems = readTable<StaticSystem>('systems', 'system_id');
  const constellations = readTable<StaticConstellation>('constellations', 'constellation_id');

  return {
    types: readTable<StaticType>('types', 'type_id'),
    groups: readRows<StaticGroup>('groups', 'group_id'),
    categories: readRows<StaticCategory>('categories', 'category_id'),
    regions: readRows<StaticRegion>('regions', 'region_id'),
    constellations,
    systems,
    stations,
    regionOfStation: (stationId) => {
      const system = systems.get(stations.get(stationId)?.system_id ?? 0);
      return constellations.get(system?.constellation_id ?? 0)?.region_id;
    },
  };
}
