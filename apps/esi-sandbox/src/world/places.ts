import { hashNumbers, type Random } from '../random.js';
import type { StaticData } from '../static-data.js';

const HUB_STATIONS = new Map([
  [10000002, 60003760],
  [10000043, 60008494],
  [10000030, 60004588],
  [10000032, 60011866],
  [10000042, 60005686],
]);
const IN_HUB = 0.8;
const IN_STRUCTURE = 0.015;
const FIRST_STRUCTURE = 1_020_000_000_000;
const STRUCTURES_PER_REGION = 8;

export interface Places {
  /** Where a contract of a region lies: mostly its hub, now and then a player's structure. */
  drawIn(regionId: number, random: Random): number;
  /** Where a courier may be sent: any station, or a structure nobody can resolve. */
  drawAnywhere(random: Random): number;
}

export function createPlaces(data: StaticData): Places {
  const stations = [...data.stations.keys()];
  const byRegion = new Map<number, number[]>();
  for (const stationId of stations) {
    const regionId = data.regionOfStation(stationId) ?? 0;
    byRegion.set(regionId, [...(byRegion.get(regionId) ?? []), stationId]);
  }

  const drawStructure = (regionId: number, random: Random): number =>
    FIRST_STRUCTURE + (hashNumbers(regionId, random.between(1, STRUCTURES_PER_REGION)) % 1_000_000_000);

  return {
    drawIn: (regionId, random) => {
      const choices = byRegion.get(regionId);
      if (choices === undefined || random.chance(IN_STRUCTURE)) {
        return drawStructure(regionId, random);
      }
      const hub = HUB_STATIONS.get(regionId) ?? choices[hashNumbers(regionId) % choices.length];
      return hub !== undefined && random.chance(IN_HUB) ? hub : random.pick(choices);
    },
    drawAnywhere: (random) => (random.chance(0.06) ? drawStructure(0, random) : random.pick(stations)),
  };
}
