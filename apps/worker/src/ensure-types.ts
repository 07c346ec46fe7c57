import { setTimeout as sleep } from 'node:timers/promises';
import {
  dropClaim,
  findGroup,
  findTypes,
  saveGroup,
  saveType,
  takeClaim,
  type KnownType,
} from '@hangar-bay/database';
import { SHIP_CATEGORY_ID } from '@hangar-bay/domain';
import type { WorkerContext } from './context.js';

type Deps = Pick<WorkerContext, 'db' | 'esi' | 'config'>;

/** Longer than a request with its retries; a process that dies holds its claims no longer. */
const CLAIM_SECONDS = 60;
const CLAIM_POLL_MS = 50;

/** Tells whether a type belongs to a ship group. */
export type IsShipType = (typeId: number) => boolean;

/**
 * Keeps what is known of types in memory and fetches what is not, each type and group once however many jobs and
 * processes ask.
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

  /** `isStored` is asked under the claim again: another process may have stored it a moment ago. */
  async function fetchOnce(claim: string, isStored: () => Promise<boolean>, fetch: () => Promise<void>) {
    for (const deadline = Date.now() + CLAIM_SECONDS * 1000; Date.now() < deadline; await sleep(CLAIM_POLL_MS)) {
      if (await takeClaim(db, claim, CLAIM_SECONDS)) {
        try {
          if (!(await isStored())) {
            await fetch();
          }
        } finally {
          await dropClaim(db, claim);
        }
        return;
      }
      if (await isStored()) {
        return;
      }
    }
    throw new Error(`Another process has been fetching ${claim} for ${CLAIM_SECONDS} s`);
  }

  function fetchGroup(groupId: number, signal: AbortSignal | undefined): Promise<void> {
    const isStored = async () => (await findGroup(db, groupId)) !== null;
    return fetchOnce(`group ${groupId}`, isStored, async () => {
      const { value, raw } = await esi.getResource('/universe/groups/{group_id}', groupId, signal);
      await saveGroup(db, value, raw);
    });
  }

  function fetchType(typeId: number, signal: AbortSignal | undefined): Promise<void> {
    // What is stored is known from here on, so that no job comes in between and fetches it again.
    const isStored = async () => {
      await load([typeId]);
      return known.has(typeId);
    };
    return fetchOnce(`type ${typeId}`, isStored, async () => {
      const { value, raw } = await esi.getResource('/universe/types/{type_id}', typeId, signal);
      if ((await findGroup(db, value.group_id)) === null) {
        await once(`group ${value.group_id}`, () => fetchGroup(value.group_id, signal));
      }
      await saveType(db, value, raw);
      await load([typeId]);
    });
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
