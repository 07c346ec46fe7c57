import { setTimeout as sleep } from 'node:timers/promises';
import {
  dropClaim,
  findGroup,
  findTypes,
  renewClaim,
  saveGroup,
  saveType,
  takeClaim,
  type KnownType,
} from '@hangar-bay/database';
import { SHIP_CATEGORY_ID } from '@hangar-bay/domain';
import type { WorkerContext } from './context.js';
import { unlessUnknown } from './maintenance/unless-unknown.js';
import { PoisonedError } from './poisoned-error.js';

type Deps = Pick<WorkerContext, 'db' | 'esi' | 'config'>;

/** A claim is renewed while its taker works, so that one that has died holds nobody up for longer than this. */
const CLAIM_SECONDS = 6;
const CLAIM_RENEWAL_MS = 2_000;
const CLAIM_POLL_MS = 50;
/** Longer than a request with its retries. */
const MAX_WAIT_MS = 60_000;

/** A type that ESI does not know is not asked for again, for any contract, for so long. */
const UNKNOWN_MS = 3_600_000;

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
  const unknownUntil = new Map<number, number>();

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
    for (const deadline = Date.now() + MAX_WAIT_MS; Date.now() < deadline; await sleep(CLAIM_POLL_MS)) {
      if (await takeClaim(db, claim, CLAIM_SECONDS)) {
        // A renewal that fails costs one more request at the worst.
        const renew = () => renewClaim(db, claim, CLAIM_SECONDS).catch(() => undefined);
        const renewal = setInterval(() => void renew(), CLAIM_RENEWAL_MS);
        try {
          if (!(await isStored())) {
            await fetch();
          }
        } finally {
          clearInterval(renewal);
          await dropClaim(db, claim);
        }
        return;
      }
      if (await isStored()) {
        return;
      }
    }
    throw new Error(`Another process has been fetching ${claim} for ${MAX_WAIT_MS / 1000} s`);
  }

  /** @throws PoisonedError where ESI does not know the type; for a while it is not asked again. */
  async function getType(typeId: number, signal: AbortSignal | undefined) {
    const unknown = (unknownUntil.get(typeId) ?? 0) > Date.now();
    const answer = unknown
      ? null
      : await unlessUnknown(esi.getResource('/universe/types/{type_id}', typeId, signal));
    if (answer?.value.type_id === typeId) {
      return answer;
    }
    unknownUntil.set(typeId, Date.now() + UNKNOWN_MS);
    throw new PoisonedError(`ESI does not know type ${typeId}, so the contract cannot be classified`, {
      reason: 'unknown_type',
      payload: { type_id: typeId },
      askAgain: true,
    });
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
      const { value, raw } = await getType(typeId, signal);
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
