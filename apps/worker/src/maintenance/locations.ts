import {
  findConstellationRegions,
  findUnknownSystems,
  findWaitingStations,
  markStationsUnknown,
  saveStations,
  saveSystem,
} from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { workThrough } from './work-through.js';

const STATIONS_PER_JOB = 500;

/** Looks stations up, with their systems and, through the constellations, the systems' regions; each once. */
export async function resolveLocations(context: WorkerContext, signal: AbortSignal | undefined) {
  const { db, esi, logger } = context;
  const stationIds = await findWaitingStations(db, STATIONS_PER_JOB);
  const learnSystem = createSystemLearner(context, signal);
  const { failed, left } = await workThrough(
    stationIds,
    signal,
    async (id) => {
      const { value } = await esi.getResource('/universe/stations/{station_id}', id, signal);
      await learnSystem(value.system_id);
      await saveStations(db, [value]);
    },
    async (id, error) => {
      logger.warn('a station could not be resolved', { location_id: id, error });
      await markStationsUnknown(db, [id]);
    },
  );
  return { resolved: stationIds.length - failed - left, failed, left };
}

/** Learns a system with its region, once however many stations ask. */
function createSystemLearner({ db, esi }: WorkerContext, signal: AbortSignal | undefined) {
  const systems = new Map<number, Promise<void>>();
  const regions = new Map<number, Promise<number>>();

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
    const region = regions.get(value.constellation_id) ?? findRegion(value.constellation_id);
    regions.set(value.constellation_id, region);
    await saveSystem(db, value, await region, raw);
  }

  return (systemId: number): Promise<void> => {
    const learning = systems.get(systemId) ?? learn(systemId);
    systems.set(systemId, learning);
    return learning;
  };
}
