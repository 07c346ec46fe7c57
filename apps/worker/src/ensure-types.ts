import { setTimeout as sleep } from 'node:timers/promises';
import {
  findAllTypes,
  findGroup,
  findTypes,
  readClock,
  saveGroup,
  saveTypes,
  type FetchedType,
  type KnownType,
} from '@hangar-bay/database';
import { kindOfType, type TypeKind } from '@hangar-bay/domain';
import { EsiError } from '@hangar-bay/esi-client';
import { createClaims } from './claims.js';
import type { WorkerContext } from './context.js';
import { inBatches } from './in-batches.js';
import { unlessUnknown } from './maintenance/unless-unknown.js';
import { PoisonedError } from './poisoned-error.js';

type Deps = Pick<WorkerContext, 'db' | 'esi' | 'config'>;

const RELOAD_MS = 3_600_000;
const CLAIM_POLL_MS = 50;
/** Longer than a request with its retries. */
const MAX_WAIT_MS = 60_000;

/** A type that ESI does not know is not asked for again, for any contract, for so long. */
const UNKNOWN_MS = 3_600_000;
/** Nor one that could not be had, for so long: many contracts may want it. */
const FAILED_MS = 30_000;

/** What is known of types, and as of when by the database's clock, or later. */
export interface Kinds {
  /** Null: the type is not known. */
  readonly kindOf: (typeId: number) => TypeKind | null;
  readonly asOf: Date;
}

/**
 * Keeps what is known of types in memory and fetches what is not, each type and group once however many jobs and
 * processes ask.
 *
 * Hardly ever does a type come to another group, or a group to another category. What is in memory is read again every
 * hour, and what was stored by something older is derived again: see findOutdatedContracts.
 */
export function createTypeResolver({ db, esi, config }: Deps) {
  const known = new Map<number, KnownType>();
  /** Groups that are stored, and their categories. */
  const categories = new Map<number, number>();
  const fetching = new Map<string, Promise<void>>();
  /** Why a type is not asked for before some time. */
  const refused = new Map<number, { readonly error: Error; readonly until: number }>();
  /** Types that wait for their group to be had. */
  const withoutGroup = new Map<number, FetchedType>();
  const underClaim = createClaims(db);
  let loadedAt = -Infinity;
  let asOf = new Date(0);

  const load = inBatches(async (typeIds: number[]) => {
    learn(await findTypes(db, typeIds));
    return typeIds.map(() => undefined);
  });
  const save = inBatches(async (types: FetchedType[]) => {
    await saveTypes(db, types);
    return types.map(() => undefined);
  });

  /** All that are stored, a few megabytes at the most: a market has nearly all types that there are. */
  async function loadAll(): Promise<void> {
    const startedAt = performance.now();
    const readAt = await readClock(db);
    learn(await findAllTypes(db));
    asOf = readAt;
    loadedAt = startedAt;
  }

  function learn(types: readonly KnownType[]): void {
    for (const type of types) {
      known.set(type.type_id, type);
      categories.set(type.group_id, type.category_id);
    }
  }

  function once(key: string, work: () => Promise<void>): Promise<void> {
    const running = fetching.get(key);
    if (running) {
      return running;
    }
    const started = work().finally(() => fetching.delete(key));
    fetching.set(key, started);
    return started;
  }

  /** `isStored` is asked under the claim again: another process may have stored it a moment ago. */
  async function fetchOnce(claim: string, isStored: () => Promise<boolean>, fetch: () => Promise<void>) {
    for (const deadline = Date.now() + MAX_WAIT_MS; Date.now() < deadline; await sleep(CLAIM_POLL_MS)) {
      const isDone = await underClaim(claim, async () => {
        if (!(await isStored())) {
          await fetch();
        }
      });
      if (isDone || (await isStored())) {
        return;
      }
    }
    throw new Error(`Another process has been fetching ${claim} for ${MAX_WAIT_MS / 1000} s`);
  }

  /** @throws PoisonedError where ESI does not know the type, else EsiError; for a while it is not asked again. */
  async function getType(typeId: number, signal: AbortSignal | undefined): Promise<FetchedType> {
    const refusal = refused.get(typeId);
    if (refusal !== undefined && refusal.until > Date.now()) {
      throw refusal.error;
    }
    try {
      return await askForType(typeId, signal);
    } catch (error) {
      const forMs = error instanceof PoisonedError ? UNKNOWN_MS : FAILED_MS;
      if (error instanceof PoisonedError || (error instanceof EsiError && error.kind !== 'paused')) {
        refused.set(typeId, { error, until: Date.now() + forMs });
      }
      throw error;
    }
  }

  async function askForType(typeId: number, signal: AbortSignal | undefined): Promise<FetchedType> {
    const answer = await unlessUnknown(esi.getResource('/universe/types/{type_id}', typeId, signal));
    if (answer?.value.type_id === typeId) {
      return answer;
    }
    throw new PoisonedError(`ESI does not know type ${typeId}, so the contract cannot be classified`, {
      reason: 'unknown_type',
      payload: { type_id: typeId },
      askAgain: true,
    });
  }

  function ensureGroup(groupId: number, signal: AbortSignal | undefined): Promise<void> {
    const isStored = async () => {
      const group = await findGroup(db, groupId);
      if (group !== null) {
        categories.set(groupId, group.category_id);
      }
      return group !== null;
    };
    return fetchOnce(`group ${groupId}`, isStored, async () => {
      const { value, raw } = await esi.getResource('/universe/groups/{group_id}', groupId, signal);
      await saveGroup(db, value, raw);
      categories.set(groupId, value.category_id);
    });
  }

  function fetchType(typeId: number, signal: AbortSignal | undefined): Promise<void> {
    // What is stored is known from here on, so that no job comes in between and fetches it again.
    const isStored = async () => {
      await load(typeId);
      return known.has(typeId);
    };
    return fetchOnce(`type ${typeId}`, isStored, async () => {
      const type = withoutGroup.get(typeId) ?? (await getType(typeId, signal));
      const { group_id } = type.value;
      withoutGroup.set(typeId, type);
      if (!categories.has(group_id)) {
        await once(`group ${group_id}`, () => ensureGroup(group_id, signal));
      }
      await save(type);
      withoutGroup.delete(typeId);
      known.set(typeId, { type_id: typeId, group_id, category_id: categories.get(group_id) as number });
    });
  }

  const findMissing = (typeIds: readonly number[]) => typeIds.filter((typeId) => !known.has(typeId));

  /**
   * Makes sure that every type is stored with its group.
   * @throws EsiError where ESI does not give one of them.
   */
  return async function ensureTypes(
    typeIds: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<Kinds> {
    const distinct = [...new Set(typeIds)];
    if (performance.now() >= loadedAt + RELOAD_MS) {
      await once('all types', loadAll);
    }
    await Promise.all(findMissing(distinct).map(load));
    await Promise.all(
      findMissing(distinct).map((typeId) => once(`type ${typeId}`, () => fetchType(typeId, signal))),
    );
    const kindOf = (typeId: number) => {
      const type = known.get(typeId);
      return type === undefined ? null : kindOfType(type, config.shipGroupIds);
    };
    return { kindOf, asOf };
  };
}

export type EnsureTypes = ReturnType<typeof createTypeResolver>;
