import { setTimeout as wait } from 'node:timers/promises';
import type { ChangeListener, DataState } from '@hangar-bay/database';
import { createHandover, type Renew } from './handover.js';

/** A version counts for this long after the look that confirmed it: no answer is older. */
const CONFIRMED_MS = 1_000;
/** Without notifications: a connection may be half open, and transactions that overlap notify only once. */
const LOOK_EVERY_MS = 500;
/** With them: while data pours in, answers are still worth keeping in between. */
const LOOK_APART_MS = 250;
/** A request does not wait longer for a look; it is then answered past the cache. */
const PATIENCE_MS = 250;
/** Names, bids and what else changes at any time are told to be this fresh at the most. */
const LONGEST_LIFETIME_MS = 60_000;

/**
 * Counts the versions of what is served, as this process knows them. It looks at the log of changes when PostgreSQL
 * notifies, and every half second; a contract that expires makes a version too.
 */
export interface DataVersion {
  /**
   * The version, where it was confirmed within the last second, the connection was not lost since, and no contract has
   * expired; otherwise null.
   */
  current(): number | null;
  /** Counts the versions of names, places, types and their kinds alone; null where they are not confirmed. */
  names(): number | null;
  /**
   * The version before, while what was asked of late is read anew for the one that a look has just found: 200 ms at the
   * most, and never longer than it would have counted without that look. Otherwise null.
   */
  replaced(): number | null;
  /** What reads it anew. */
  useRenewal(renew: Renew): void;
  /**
   * Counts the contracts that may have left some list: as many as did, or more. What was counted after it was asked for
   * has lost at most the difference since. Null where `current` is.
   */
  departures(): number | null;
  /** As `current`, after another look where that is needed. Null where the database does not tell soon. */
  confirm(): Promise<number | null>;
  /** A look that begins after the call. @throws where there is no connection. */
  look(): Promise<DataState>;
  /** The version as of the last look, and how long ago that was; null before the first. Milliseconds. */
  known(): { readonly version: number; readonly agoMs: number } | null;
  /** A place in the primary's write-ahead log that has all changes of that version; null before the first look. */
  wal(): bigint | null;
  /** The last look; null before the first. */
  state(): DataState | null;
  /** Milliseconds until what is served can next change: a list is due, or a contract expires. 0: it is about to. */
  changesInMs(): number;
  /** When it changed last; null where that is not known. */
  changedAt(): Date | null;
  /** Called after every look. */
  onLook(listener: (state: DataState) => void): void;
  /** Called after every look too, once kept answers show what it found: no list is behind who is told by this. */
  onShown(listener: (state: DataState) => void): void;
  /** Something was changed: look, but not more often than every 250 ms. */
  noteChange(): void;
  noteConnection(connected: boolean): void;
  stop(): void;
}

export function createDataVersion(
  listener: Pick<ChangeListener, 'readState'>,
  onFailure: (error: unknown) => void,
): DataVersion {
  let version = 0;
  let namesVersion = 0;
  let departures = 0;
  let state: DataState | null = null;
  /** Of the last look that succeeded; like all times here by the monotonic clock. */
  let lookedAt = -Infinity;
  let beganAt = -Infinity;
  let expiredAt: Date | null = null;
  /** Looks that find no change leave it as it is: a replica need not have what changes no answer. */
  let wal: bigint | null = null;
  let running: Promise<DataState> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isConnected = false;
  /** There was a look since the connection was there last. */
  let isConfirmed = false;
  /** A change was noted since the last look began. */
  let isNoted = false;
  const onLook: ((state: DataState) => void)[] = [];
  const onShown: ((state: DataState) => void)[] = [];
  const handover = createHandover();

  async function begin(): Promise<DataState> {
    const startedAt = performance.now();
    beganAt = startedAt;
    isNoted = false;
    const next = await listener.readState(state);
    const previous = state;
    const before = version;
    const beforeUntil = current() === null ? -Infinity : Math.min(lookedAt + CONFIRMED_MS, expiresAt());
    // Where it is still to come the database has another clock, which decides.
    const hasExpired =
      previous !== null &&
      performance.now() >= expiresAt() &&
      previous.next_expiry?.getTime() !== next.next_expiry?.getTime();
    if (next.changed) {
      ({ wal } = next);
    }
    if (next.changed || hasExpired) {
      version += 1;
    }
    if (next.renamed) {
      namesVersion += 1;
    }
    departures += next.departures;
    if (hasExpired) {
      expiredAt = previous.next_expiry;
    }
    state = next;
    lookedAt = startedAt;
    isConfirmed = true;
    onLook.forEach((tell) => tell(next));
    if (version !== before) {
      await handover.take(version, before, beforeUntil);
    }
    onShown.forEach((tell) => tell(next));
    return next;
  }

  function lookOnce(): Promise<DataState> {
    running ??= begin().finally(() => {
      running = null;
      scheduleNext();
    });
    return running;
  }

  const expiresAt = () => lookedAt + (state?.expires_in_ms ?? Infinity);

  function scheduleNext(): void {
    clearTimeout(timer);
    if (isConnected) {
      const at = beganAt + (isNoted ? LOOK_APART_MS : LOOK_EVERY_MS);
      timer = setTimeout(() => void lookOnce().catch(noteFailure), Math.max(0, at - performance.now()));
    }
  }

  /** Where the connection is lost, that is told already; a stop closes it under a look, which is no failure. */
  function noteFailure(error: unknown): void {
    if (isConnected) {
      onFailure(error);
    }
  }

  const isFresh = () => isConfirmed && performance.now() <= lookedAt + CONFIRMED_MS;

  function current(): number | null {
    return isFresh() && performance.now() < expiresAt() ? version : null;
  }

  return {
    current,
    names: () => (isFresh() ? namesVersion : null),
    departures: () => (current() === null ? null : departures),

    async confirm() {
      if (current() === null && isConnected) {
        const patience = new AbortController();
        await Promise.race([
          lookOnce().catch(() => undefined),
          wait(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined),
        ]);
        patience.abort();
      }
      return current();
    },

    async look() {
      await running?.catch(() => undefined);
      return lookOnce();
    },

    known: () => (state === null ? null : { version, agoMs: performance.now() - lookedAt }),
    wal: () => wal,
    state: () => state,

    changesInMs() {
      if (state === null || handover.replaced() !== null) {
        return 0;
      }
      const next = lookedAt + Math.min(state.expires_in_ms ?? Infinity, state.due_in_ms, LONGEST_LIFETIME_MS);
      return Math.max(0, next - performance.now());
    },

    changedAt() {
      const times = [state?.changed_at, expiredAt].flatMap((time) => time?.getTime() ?? []);
      return times.length === 0 ? null : new Date(Math.min(Math.max(...times), Date.now()));
    },

    replaced: handover.replaced,
    useRenewal: handover.useRenewal,
    onLook: (tell) => onLook.push(tell),
    onShown: (tell) => onShown.push(tell),
    noteChange() {
      isNoted = true;
      if (running === null) {
        scheduleNext();
      }
    },

    noteConnection(connected) {
      isConnected = connected;
      isConfirmed &&= connected;
      // What was missed while there was no connection was not notified of: look at once.
      beganAt = -Infinity;
      scheduleNext();
    },

    stop() {
      isConnected = false;
      clearTimeout(timer);
    },
  };
}
