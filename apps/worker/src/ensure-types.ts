import { SHIP_CATEGORY_ID } from '@hangar-bay/domain';
import { findGroup, findTypes, saveGroup, saveType, type KnownType } from '@hangar-bay/database';
import type { WorkerContext } from './context.js';

type Deps = Pick<WorkerContext, 'db' | 'esi' | 'config'>;

/** Tells whether a type belongs to a ship group. */
export type IsShipType = (typeId: number) => boolean;

/**
 * Keeps what is known of types in memory and fetches what is not, each type and group once however many jobs ask.
 *
 * A type stays in its group and a group in its category, so what is in memory does not age.
 */
export function createTypeResolver({ db, esi, config }: Deps) {
  const known = new Map<number, KnownType>();
  const fetching = new Map<string, Promise<void>>();

  function once(key: string, work: () => Promise<void>): Promise<void> {
    const running = fetching.get(key);
    if (running) {
      return running;
    }
    const started = work().finally(() => fetching.delete(key));
    fetching.set(key, started);
    return started;
  }

  async function load(typeIds: readonly number[]): Promise<void> {
    for (const type of await findTypes(db, typeIds)) {
      known.set(type.type_id, type);
    }
  }

  async function fetchGroup(groupId: number, signal: AbortSignal | undefined): Promise<void> {
    if ((await findGroup(db, groupId)) === null) {
      const { value, raw } = await esi.getResource('/universe/groups/{group_id}', groupId, signal);
      await saveGroup(db, value, raw);
    }
  }

  async function fetchType(typeId: number, signal: AbortSignal | undefined): Promise<void> {
    const { value, raw } = await esi.getResource('/universe/types/{type_id}', typeId, signal);
    await once(`group ${value.group_id}`, () => fetchGroup(value.group_id, signal));
    await saveType(db, value, raw);
    // Known before the fetch counts as done, so that no job comes in between and fetches it again.
    await load([typeId]);
  }

  const findUnknown = (typeIds: readonly number[]) => typeIds.filter((typeId) => !known.has(typeId));

  /**
   * Makes sure that every type is stored with its group.
   * @throws EsiError where ESI does not give one of them.
   */
  return async function ensureTypes(
    typeIds: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<IsShipType> {
    const distinct = [...new Set(typeIds)];
    if (findUnknown(distinct).length > 0) {
      await load(findUnknown(distinct));
    }
    const missing = findUnknown(distinct);
    if (missing.length > 0) {
      await Promise.all(missing.map((typeId) => once(`type ${typeId}`, () => fetchType(typeId, signal))));
    }
    return (typeId) => {
      const type = known.get(typeId);
      if (type === undefined) {
        return false;
      }
      return config.shipGroupIds
        ? config.shipGroupIds.has(type.group_id)
        : type.category_id === SHIP_CATEGORY_ID;
    };
  };
}

export type EnsureTypes = ReturnType<typeof createTypeResolver>;
