import {
  findConstellationRegions,
  findUnknownSystems,
  findWaitingStations,
  markStationsUnknown,
  saveStations,
  saveSystem,
} from '@hangar-bay/database';
import pLimit from 'p-limit';
import type { WorkerContext } from '../context.js';
import { unlessUnknown } from './unless-unknown.js';

const STATIONS_PER_JOB = 500;
const PARALLEL_REQUESTS = 8;

/** Looks stations up, then their systems and, through the constellations, the systems' regions; each once. */
export async function resolveLocations(context: WorkerContext, signal: AbortSignal | undefined) {
  const { db, esi } = context;
  const limit = pLimit(PARALLEL_REQUESTS);
  const stationIds = await findWaitingStations(db, STATIONS_PER_JOB);
  const answers = await Promise.all(
    stationIds.map((id) =>
      limit(() => unlessUnknown(esi.getResource('/universe/stations/{station_id}', id, signal))),
    ),
  );
  const stations = answers.flatMap((answer) => (answer === null ? [] : [answer.value]));
  await learnSystems(
    context,
    stations.map((station) => station.system_id),
    signal,
  );
  await saveStations(db, stations);
  const unknown = stationIds.filter((_id, index) => answers[index] === null);
  await markStationsUnknown(db, unknown);
  return { resolved: stations.length, unknown: unknown.length };
}

async function learnSystems(
  { db, esi }: WorkerContext,
  systemIds: readonly number[],
  signal: AbortSignal | undefined,
) {
  const limit = pLimit(PARALLEL_REQUESTS);
  const missing = await findUnknownSystems(db, [...new Set(systemIds)]);
  const systems = await Promise.all(
    missing.map((id) => limit(() => esi.getResource('/universe/systems/{system_id}', id, signal))),
  );

  const constellationIds = [...new Set(systems.map(({ value }) => value.constellation_id))];
  const regionOf = await findConstellationRegions(db, constellationIds);
  await Promise.all(
    constellationIds
      .filter((id) => !regionOf.has(id))
      .map((id) =>
        limit(async () => {
          const { value } = await esi.getResource('/universe/constellations/{constellation_id}', id, signal);
          regionOf.set(id, value.region_id);
        }),
      ),
  );
  for (const { value, raw } of systems) {
    await saveSystem(db, value, regionOf.get(value.constellation_id) as number, raw);
  }
}
