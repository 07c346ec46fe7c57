import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { StaticData } from './static-data.js';
import { writeTime, type BidRow, type ContractRow, type ItemRow } from './wire.js';
import type { Contract } from './world/contract.js';

const THE_FORGE = 10000002;

/** Recorded real answers that are added to the world. */
export interface Replay {
  /** Regions with recorded contracts, and recorded regions. */
  readonly regionIds: readonly number[];
  contractsOf(regionId: number): readonly Contract[];
  find(contractId: number): Contract | undefined;
  /** A recorded answer of /universe/{kind}/{id}; the fields that it has, since some records are cut down. */
  universe(kind: UniverseKind, id: number): Record<string, unknown> | undefined;
  /** Ids of the recorded answers of a kind. */
  universeIds(kind: UniverseKind): readonly number[];
  mutatedItem(typeId: number, itemId: number): unknown;
  /** Whether some recorded contract was issued by this character or corporation. */
  hasIssuer(id: number): 'character' | 'corporation' | undefined;
}

const UNIVERSE_KEYS = {
  types: 'type_id',
  groups: 'group_id',
  categories: 'category_id',
  regions: 'region_id',
  constellations: 'constellation_id',
  systems: 'system_id',
  stations: 'station_id',
} as const;

export type UniverseKind = keyof typeof UNIVERSE_KEYS;

interface Recording {
  contracts: Map<number, Contract>;
  universe: Map<UniverseKind, Map<number, Record<string, unknown>>>;
  mutated: Map<string, unknown>;
}

/** A replay of nothing, for a world without recorded answers. */
export function createEmptyReplay(): Replay {
  return replayOf({ contracts: new Map(), universe: new Map(), mutated: new Map() });
}

/**
 * Reads a folder of recorded answers:
 * contracts-public-region-{id}-*.json, contracts-public-mixed-*.json (regions not recorded: told from the start
 * station), items/contracts-public-items-{id}.json, bids/contracts-public-bids-{id}.json,
 * dogma/dogma-dynamic-items-{type}-{item}.json, universe/*-{kind}-*.json (a list, or an object by id).
 *
 * All dates of a list are moved by the same time, so that the newest contract in it was issued at `now`.
 */
export function loadReplay(folder: string, now: number, data: StaticData): Replay {
  const recording: Recording = { contracts: new Map(), universe: new Map(), mutated: new Map() };
  for (const path of listJson(folder)) {
    const region = /^contracts-public-(?:region-(\d+)|mixed)-.*\.json$/.exec(basename(path));
    if (region !== null) {
      const regionId = region[1] === undefined ? undefined : Number(region[1]);
      addContracts(recording, folder, readJson(path) as ContractRow[], regionId, now, data);
    }
  }
  for (const path of listJson(join(folder, 'dogma'))) {
    const ids = /^dogma-dynamic-items-(\d+-\d+)\.json$/.exec(basename(path));
    if (ids?.[1] !== undefined) {
      recording.mutated.set(ids[1], readJson(path));
    }
  }
  for (const path of listJson(join(folder, 'universe'))) {
    addUniverse(recording, path);
  }
  return replayOf(recording);
}

function addContracts(
  recording: Recording,
  folder: string,
  rows: readonly ContractRow[],
  regionId: number | undefined,
  now: number,
  data: StaticData,
): void {
  const newest = Math.max(...rows.map((row) => Date.parse(row.date_issued)));
  const move = (date: string): string => writeTime(Date.parse(date) - newest + now);

  for (const recorded of rows) {
    const id = recorded.contract_id;
    const row = {
      ...recorded,
      date_issued: move(recorded.date_issued),
      date_expired: move(recorded.date_expired),
    };
    const items = readIfThere(join(folder, 'items', `contracts-public-items-${id}.json`)) as
      ItemRow[] | undefined;
    const bids = readIfThere(join(folder, 'bids', `contracts-public-bids-${id}.json`)) as
      BidRow[] | undefined;
    const isKnown = items !== undefined || row.type === 'courier';
    recording.contracts.set(id, {
      region_id: regionId ?? data.regionOfStation(row.start_location_id ?? 0) ?? THE_FORGE,
      contract_id: id,
      goneAt: Date.parse(row.date_expired),
      row,
      json: JSON.stringify(row),
      items: items ?? [],
      bids: (bids ?? []).map((bid) => ({ ...bid, date_bid: move(bid.date_bid) })),
      availability: isKnown ? 200 : 404,
      refusal: isKnown ? 204 : 404,
    });
  }
}

function addUniverse(recording: Recording, path: string): void {
  const kinds = Object.keys(UNIVERSE_KEYS) as UniverseKind[];
  const kind = kinds.find((name) => basename(path).includes(`-${name}-`));
  if (kind === undefined) {
    return;
  }
  const known = recording.universe.get(kind) ?? new Map<number, Record<string, unknown>>();
  for (const answer of Object.values(readJson(path) as Record<string, Record<string, unknown>>)) {
    known.set(Number(answer[UNIVERSE_KEYS[kind]]), answer);
  }
  recording.universe.set(kind, known);
}

function replayOf({ contracts, universe, mutated }: Recording): Replay {
  const byRegion = new Map<number, Contract[]>();
  const issuers = new Map<number, 'character' | 'corporation'>();
  for (const contract of contracts.values()) {
    byRegion.set(contract.region_id, [...(byRegion.get(contract.region_id) ?? []), contract]);
    issuers.set(contract.row.issuer_id, 'character');
    issuers.set(contract.row.issuer_corporation_id, 'corporation');
  }
  return {
    regionIds: [...new Set([...byRegion.keys(), ...(universe.get('regions')?.keys() ?? [])])],
    contractsOf: (regionId) => byRegion.get(regionId) ?? [],
    find: (contractId) => contracts.get(contractId),
    universe: (kind, id) => universe.get(kind)?.get(id),
    universeIds: (kind) => [...(universe.get(kind)?.keys() ?? [])],
    mutatedItem: (typeId, itemId) => mutated.get(`${typeId}-${itemId}`),
    hasIssuer: (id) => issuers.get(id),
  };
}

function listJson(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

function readIfThere(path: string): unknown {
  try {
    return readJson(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function readJson(path: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} does not hold JSON: ${(error as Error).message}`, { cause: error });
  }
}
