import { sum } from './errors.js';
import type { Budget } from './grant.js';
import type { SharedLimits, StoredLimits } from './shared-limits.js';
import { NO_LIMITS, limitsSchema, tidy } from './state.js';
import type { Limits } from './state.js';

const MAX_CONFLICTS = 30;
const STORE_TIMEOUT_MS = 2_000;
const STORE_RETRY_MS = 2_000;
/** Cut off from the store, a worker supposes at least so many others. */
const SUPPOSED_WORKERS = 4;

/** Changes the limits by pure arithmetic; may be run several times, until no other worker came in between. */
export type Change<Result> = (limits: Limits, now: number, budget: Budget) => [Limits, Result];

export type Ledger = ReturnType<typeof createLedger>;

/**
 * The shared limits, changed by compare and swap, so that nothing is ever locked.
 *
 * While the store is away, changes are made to a copy of this process alone, out of a share of the budget; what
 * the copy has learnt is brought along when the store is back, or has lost its contents.
 */
export function createLedger(shared: SharedLimits, perSecond: number) {
  let version: string | null = null;
  let limits = NO_LIMITS;
  /** Store's clock minus this process's. */
  let offset = 0;
  let storeRetryAt = 0;
  let closed = false;
  /** What is being asked of the store. */
  const underway = new Set<Promise<unknown>>();

  const now = () => performance.now() + offset;

  function accept(stored: StoredLimits, askedAt: number): void {
    offset = stored.now - (askedAt + performance.now()) / 2;
    const parsed = limitsSchema.safeParse(stored.state);
    const isCutOff = version === null;
    limits = parsed.success && !isCutOff ? parsed.data : merge(parsed.data ?? NO_LIMITS, limits);
    version = stored.version;
  }

  async function ask<Result>(work: Promise<Result>): Promise<Result> {
    const answer = withinTime(work);
    underway.add(answer);
    try {
      return await answer;
    } finally {
      underway.delete(answer);
    }
  }

  async function changeShared<Result>(change: Change<Result>): Promise<Result> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS && !closed; conflicts += 1) {
      if (version === null) {
        const askedAt = performance.now();
        accept(await ask(shared.read()), askedAt);
        continue;
      }
      const [next, result] = change(tidy(limits, now()), now(), { perSecond, share: 1 });
      const askedAt = performance.now();
      const stored = await ask(shared.swap(version, next));
      accept(stored.swapped ? { ...stored, state: next } : stored, askedAt);
      if (stored.swapped) {
        return result;
      }
    }
    throw new Error('Closed, or the limits were changed by others each time');
  }

  function changeAlone<Result>(change: Change<Result>): Result {
    const workers = Math.max(SUPPOSED_WORKERS, Object.keys(limits.workers).length);
    const [next, result] = change(tidy(limits, now()), now(), { perSecond, share: 1 / workers });
    limits = next;
    return result;
  }

  return {
    /** Milliseconds of the store's clock, as far as known. */
    now,
    limits: () => limits,
    /** Never fails, and takes no longer than the store is waited for. */
    async change<Result>(change: Change<Result>): Promise<Result> {
      if (performance.now() < storeRetryAt) {
        return changeAlone(change);
      }
      try {
        return await changeShared(change);
      } catch {
        version = null;
        storeRetryAt = performance.now() + STORE_RETRY_MS;
        return changeAlone(change);
      }
    },
    /** Resolves when the store is not and will not be asked any more, so that its connections can be closed. */
    async close(): Promise<void> {
      closed = true;
      await Promise.allSettled(underway);
    },
  };
}

/** What is stored, together with what was learnt without the store. */
function merge(stored: Limits, own: Limits): Limits {
  const scopes = Object.entries(own.scopes).map(
    ([name, scope]) =>
      [
        name,
        (stored.scopes[name]?.pausedUntil ?? 0) > scope.pausedUntil ? stored.scopes[name] : scope,
      ] as const,
  );
  return {
    ...stored,
    pausedUntil: Math.max(stored.pausedUntil, own.pausedUntil),
    errors: total(own.errors) > total(stored.errors) ? own.errors : stored.errors,
    window: (own.window?.endsAt ?? 0) > (stored.window?.endsAt ?? 0) ? own.window : stored.window,
    scopes: { ...stored.scopes, ...(Object.fromEntries(scopes) as Limits['scopes']) },
    groups: { ...own.groups, ...stored.groups },
  };
}

function total(errors: Limits['errors']): number {
  return sum(errors.map(({ count }) => count));
}

async function withinTime<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The store of the limits did not answer')), STORE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
