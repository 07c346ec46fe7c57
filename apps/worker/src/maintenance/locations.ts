import {
  findConstellationRegions,
  findUnknownSystems,
  findWaitingStations,
  markStationsUnknown,
  saveStations,
  saveSystem,
} from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { isUnknown } from './unless-unknown.js';
import { workThrough } from './work-through.js';

const STATIONS_PER_JOB = 500;

/** Up to `limit` stations that wait and were not asked for in vain a moment ago. */
export function findWantedStations({ db, memory }: WorkerContext, limit: number): Promise<number[]> {
  return findWaitingStations(db, limit, memory.stations.list());
}

/** Looks stations up, with their systems and, through the constellations, the systems' regions; each once. */
export async function resolveLocations(context: WorkerContext, signal: AbortSignal | undefined) {
  const { db, esi, logger, memory } = context;
  const stationIds = await findWantedStations(context, STATIONS_PER_JOB);
  const learnSystem = createSystemLearner(context, signal);
  return workThrough(
    stationIds,
    signal,
    async (id) => {
      const { value } = await esi.getResource('/universe/stations/{station_id}', id, signal);
      await learnSystem(value.system_id);
      await saveStations(db, [value]);
    },
    async (id, error) => {
      logger.warn('a station could not be resolved', { location_id: id, error });
      if (isUnknown(error)) {
        await markStationsUnknown(db, [id]);
      } else {
        memory.stations.fail(id);
      }
    },
  );
}

/** Learns a system with its region, once however many stations ask; one that could not be had is asked for again. */
function createSystemLearner({ db, esi }: WorkerContext, signal: AbortSignal | undefined) {
  async function findRegion(constellationId: number): Promise<number> {
    const known = (await findConstellationRegions(db, [constellationId])).get(constellationId);
    if (known !== undefined) {
      return known;
    }
    const route = '/universe/constellations/{constellation_id}';
    return (await esi.getResource(route, constellationId, signal)).value.region_id;
  }

  async function learn(systemId: number): Promise<void> {
    if ((await findUnknownSystems(db, [systemId])).length === 0) {
      return;
    }
    const { value, raw } = await esi.getResource('/universe/systems/{system_id}', systemId, signal);
    await saveSystem(db, value, await learnRegion(value.constellation_id), raw);
  }

  const learnRegion = once(findRegion);
  return once(learn);
}

/** The same promise for the same id; not for one that failed. */
function once<Value>(find: (id: number) => Promise<Value>): (id: number) => Promise<Value> {
  const found = new Map<number, Promise<Value>>();
  return (id) => {
    const finding = found.get(id) ?? find(id);
    found.set(id, finding);
    finding.catch(() => found.delete(id));
    return finding;
  };
}
