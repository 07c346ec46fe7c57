import { fractionOf } from '../random.js';
import type { StaticData } from '../static-data.js';

/** Shares of the five trade hubs as measured on live ESI; The Forge holds 82 % of their contracts. */
const HUB_SHARES = new Map([
  [10000002, 0.82],
  [10000043, 0.055],
  [10000030, 0.04],
  [10000032, 0.03],
  [10000042, 0.02],
]);
const QUIET_SHARE = 0.035;
const QUIET_KNOWN_SPACE = 0.65;
const QUIET_WORMHOLES = 0.1;
/** Regions without stations trade in players' structures only, and little. */
const WITHOUT_STATIONS = 0.1;

/** About how many contracts each region lists at any moment. Regions with none are left out. */
export function planPopulation(data: StaticData, contracts: number): Map<number, number> {
  const withStations = new Set([...data.stations.keys()].map((stationId) => data.regionOfStation(stationId)));
  const weights = new Map<number, number>();
  for (const { region_id: regionId, space } of data.regions.values()) {
    const weight = quietWeight(regionId, space) * (withStations.has(regionId) ? 1 : WITHOUT_STATIONS);
    if (weight > 0) {
      weights.set(regionId, weight);
    }
  }
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);

  const population = new Map<number, number>();
  for (const [regionId, share] of HUB_SHARES) {
    population.set(regionId, Math.round(contracts * share));
  }
  for (const [regionId, weight] of weights) {
    population.set(regionId, Math.round((contracts * QUIET_SHARE * weight) / total));
  }
  return new Map([...population].filter(([, count]) => count > 0));
}

/** The seed has no say here: which regions are busy is geography, so that tests can name them. */
function quietWeight(regionId: number, space: string): number {
  if (HUB_SHARES.has(regionId)) {
    return 0;
  }
  const share = space === 'eve' ? QUIET_KNOWN_SPACE : space === 'wormhole' ? QUIET_WORMHOLES : 0;
  return fractionOf(regionId, 1) < share ? 0.2 + fractionOf(regionId, 2) : 0;
}
