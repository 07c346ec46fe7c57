import { ERRORS_OF, errorsLeft, usedErrors, waitForErrors } from './errors.js';
import { priorityOf, type Priority } from './priority.js';
import { LONGEST_PAUSE_MS, NO_SCOPE, PROBE_MS, isEsiDown, scopeOf, type Limits } from './state.js';
import { spareRequests, waitForTurn } from './tokens.js';

/** The budget that a grant is made from. `share` is below 1 where a worker is cut off from the others. */
export interface Budget {
  readonly perSecond: number;
  readonly share: number;
}

/** One request, now, in a scope that is short of tokens. */
export interface ScopeTurn {
  readonly scope: string;
  readonly priority: Priority;
}

/** What a worker asks the others for. */
export interface Want {
  readonly worker: string;
  /** Requests that it would send soon. */
  readonly slots: number;
  /** Some of them are sweeps. */
  readonly urgent: boolean;
  /** How many requests it would have in flight if it sent those that wait, or had of late, of either priority. */
  readonly permits: Readonly<Record<Priority, number>>;
  /** Requests in flight or about to be sent, which it cannot take back. */
  readonly committed: number;
  /** Turns that it waits for. */
  readonly turns: readonly ScopeTurn[];
}

export interface Grant {
  /** When each request may be sent; one that is not sent about then lapses. */
  readonly slots: readonly number[];
  /** How many requests may be in flight whose answers may be errors. */
  readonly permits: Readonly<Record<Priority, number>>;
  /** Those that have come. */
  readonly turns: readonly ScopeTurn[];
}

/** Slots leased at a time, and how old the knowledge of others may be, in requests and in milliseconds. */
const BATCH = 5;
const SHORTEST_BATCH_MS = 100;
const LONGEST_BATCH_MS = 250;
/** Possible errors at a time as long as ESI has not said what is left. */
const PERMITS_UNTIL_KNOWN = 10;
const SLOWEST = 30;
/** Requests that spend tokens and are in flight at a time, over all workers. */
const IN_FLIGHT_IN_GROUPS = 24;

/** The span of one lease. Also how late a slot may be used: so no second holds more than a batch too many. */
export function batchMs(perSecond: number): number {
  return Math.min(Math.max((BATCH * 1000) / perSecond, SHORTEST_BATCH_MS), LONGEST_BATCH_MS);
}

/** Promises a worker what it may send, out of what no other worker was promised. */
export function grant(limits: Limits, want: Want, now: number, budget: Budget): [Limits, Grant] {
  const [slotted, slots] = grantSlots(limits, want, now, budget);
  const [permitted, permits] = grantPermits(slotted, want, now, budget);
  const [turned, turns] = grantTurns(permitted, want, now);
  return [turned, { slots, permits, turns }];
}

function grantSlots(limits: Limits, want: Want, now: number, budget: Budget): [Limits, number[]] {
  if (want.slots <= 0) {
    return [limits, []];
  }
  const perSecond = budget.perSecond * budget.share;
  const slowdown = want.urgent ? 1 : slowdownFor(limits, now, budget);
  const gap = isEsiDown(limits) ? PROBE_MS : (1000 / perSecond) * slowdown;
  const batch = Math.max(Math.floor(batchMs(budget.perSecond) / gap), 1);
  const count = Math.min(Math.ceil(want.slots), batch);
  const from = Math.max(now, limits.nextSlotAt);
  if (isEsiDown(limits) && from > now + PROBE_MS) {
    // Another worker has the next probe; a queue of probes would outlast the outage.
    return [limits, []];
  }
  const slots = Array.from({ length: count }, (_, index) => from + index * gap);
  return [{ ...limits, nextSlotAt: from + count * gap }, slots];
}

/**
 * How many requests of a route with a group a worker may have in flight: as many as may all go wrong before requests
 * have to take turns, divided by the workers. At least one: then each waits for a turn.
 */
export function inFlightAllowed(limits: Limits, route: string): number {
  const spare = spareRequests(limits.scopes[scopeOf(limits, route)] ?? NO_SCOPE, priorityOf(route));
  return divide(limits, Math.min(spare, IN_FLIGHT_IN_GROUPS));
}

/** How many requests of maintenance a worker may have in flight; they may all go wrong. */
export function maintenanceAllowed(limits: Limits, route: string, now: number): number {
  return divide(limits, errorsLeft(limits, route, now));
}

function divide(limits: Limits, number: number): number {
  return Math.max(Math.floor(number / Math.max(Object.keys(limits.workers).length, 1)), 1);
}

/** Half of the errors are spent at full speed; then ever slower, by as much as is left. */
export function slowdownFor(limits: Limits, now: number, { share }: Budget): number {
  const allowed = ERRORS_OF.item * share;
  const left = allowed - usedErrors(limits, now);
  return left <= 0 ? SLOWEST : Math.min(Math.max(allowed / 2 / left, 1), SLOWEST);
}

function grantPermits(
  limits: Limits,
  want: Want,
  now: number,
  { share }: Budget,
): [Limits, Record<Priority, number>] {
  const { [want.worker]: _own, ...others } = limits.workers;
  const held = Object.values(others).reduce((sum, worker) => sum + worker.held, 0);
  const used = usedErrors(limits, now);
  const permitsOf = (wanted: number, errors: number): number => {
    const left = Math.floor(errors * share) - used;
    const known = limits.window === null ? Math.min(left, PERMITS_UNTIL_KNOWN) : left;
    const fair = Math.max(Math.floor(known / (Object.keys(others).length + 1)), 1);
    return Math.max(Math.min(wanted, fair, known - held), 0);
  };
  const permits = {
    sweep: permitsOf(want.permits.sweep, ERRORS_OF.sweep),
    item: permitsOf(want.permits.item, ERRORS_OF.item),
  };
  const kept = Math.max(permits.sweep, permits.item, want.committed);
  // Who wants some and gets none is known all the same: the others' fair share becomes smaller by that.
  const isIdle = kept === 0 && want.permits.sweep === 0 && want.permits.item === 0;
  const workers = isIdle ? others : { ...others, [want.worker]: { seenAt: now, held: kept } };
  return [{ ...limits, workers }, permits];
}

function grantTurns(limits: Limits, want: Want, now: number): [Limits, ScopeTurn[]] {
  const turns = want.turns.filter(
    ({ scope, priority }) => waitForTurn(limits.scopes[scope], priority, now) === 0,
  );
  const scopes = { ...limits.scopes };
  for (const { scope, priority } of turns) {
    const known = scopes[scope] ?? NO_SCOPE;
    scopes[scope] = { ...known, turnAt: { ...known.turnAt, [priority]: now } };
  }
  return [{ ...limits, scopes }, turns];
}

/**
 * How long a route must not be asked, in milliseconds; 0: it may, as far as slots, permits and turns allow.
 * Never longer than the longest pause.
 */
export function waitFor(limits: Limits, route: string, now: number): number {
  const waitMs = Math.max(
    limits.pausedUntil - now,
    (limits.scopes[scopeOf(limits, route)]?.pausedUntil ?? 0) - now,
    limits.groups[route] === undefined ? waitForErrors(limits, route, now) : 0,
  );
  return Math.min(Math.max(waitMs, 0), LONGEST_PAUSE_MS);
}
