import type { Sql } from '@hangar-bay/database';
import type { ContractFilterValues } from '../queries/contract-filters.js';
import type { FilterScope } from '../queries/filters/filter.js';
import { selectInSystems, selectWithSecurity } from '../queries/filters/places.js';
import type { Reader } from '../queries/read-in-time.js';
import { canonicalKey } from './canonical-key.js';
import type { DataVersion } from './data-version.js';
import { createVersionMemo } from './version-memo.js';

const MAX_KEPT = 200;

/** The locations that filters ask for by their system, kept until a location, a system or a name changes. */
export interface KnownPlaces {
  find(db: Reader, filters: ContractFilterValues): Promise<FilterScope['places']>;
}

/**
 * With their ids in a statement the planner knows how many contracts they have: most of the market lies in one station,
 * and of what a sub-select will give it expects the average. Those of a class of security took 3 ms to find in each part
 * of a statement.
 */
export function createKnownPlaces(version: Pick<DataVersion, 'names'>): KnownPlaces {
  const kept = createVersionMemo<string, readonly string[]>({ current: version.names }, MAX_KEPT);
  const read = async (db: Reader, select: Sql) =>
    (await db.$readRows<{ location_id: bigint }[]>(select)).map(({ location_id }) => String(location_id));

  return {
    async find(db, { system_id, security }) {
      const [inSystems, withSecurity] = await Promise.all([
        system_id === undefined
          ? null
          : kept.get(canonicalKey('places', { system_id }), () => read(db, selectInSystems(system_id))),
        security === undefined
          ? null
          : kept.get(canonicalKey('places', { security }), () => read(db, selectWithSecurity(security))),
      ]);
      return { inSystems, withSecurity };
    },
  };
}
