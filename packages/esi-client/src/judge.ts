import type { EsiRoute } from '@hangar-bay/domain';
import { inFlightAllowed, maintenanceAllowed, waitFor, type ScopeTurn } from './limits/grant.js';
import type { Holdings } from './limits/holdings.js';
import { STATUS_ROUTE, isMaintenance, priorityOf } from './limits/priority.js';
import { scopeOf, type Limits } from './limits/state.js';
import { waitForTurn } from './limits/tokens.js';
import type { Waiter } from './waiting-line.js';

/** What is to be done about a waiting request: `ask` the other workers, or `wait` for so many milliseconds. */
export type Verdict =
  | { readonly kind: 'start' }
  | { readonly kind: 'ask'; readonly turn?: ScopeTurn }
  | { readonly kind: 'wait' | 'wait for slot' | 'refuse'; readonly ms: number };

/** Requests that were sent and not answered: those that may end in an error, those that spend tokens, maintenance's. */
export type InFlight = Record<'mayErr' | 'inGroups' | 'ofMaintenance', number>;

/** What a process knows and holds at a moment. */
interface Situation {
  readonly limits: Limits;
  readonly now: number;
  readonly holdings: Holdings;
  readonly inFlight: Readonly<InFlight>;
  readonly untoldErrors: number;
  /** What is known of the others is too old to start something. */
  readonly isStale: boolean;
  /** How long the route is left alone because ESI calls it down. */
  readonly downMs: number;
  readonly maxWaitMs: number;
}

const SHORTEST_REFUSAL_MS = 1_000;
/** Maintenance gives up its turn rather than wait for the end of a pause: its other tasks wait behind it. */
const PATIENCE_OF_MAINTENANCE_MS = 1_000;
const LOOK_AGAIN_MS = 1_000;

export function judge({ route, priority, deadline }: Waiter, situation: Situation): Verdict {
  const { limits, now, holdings, inFlight, maxWaitMs } = situation;
  const blockedMs = Math.max(waitFor(limits, route, now), situation.downMs);
  const patienceMs = isMaintenance(route) ? PATIENCE_OF_MAINTENANCE_MS : maxWaitMs;
  if (blockedMs > patienceMs || deadline <= performance.now()) {
    return { kind: 'refuse', ms: Math.max(blockedMs, SHORTEST_REFUSAL_MS) };
  }
  if (blockedMs > 0) {
    return { kind: 'wait', ms: blockedMs };
  }
  if (situation.isStale) {
    return { kind: 'ask' };
  }
  if (route === STATUS_ROUTE) {
    return { kind: 'start' };
  }
  if (isMaintenance(route) && inFlight.ofMaintenance >= maintenanceAllowed(limits, route, now)) {
    return { kind: 'wait', ms: LOOK_AGAIN_MS };
  }
  if (limits.groups[route] !== undefined) {
    if (inFlight.inGroups >= inFlightAllowed(limits, route)) {
      return { kind: 'wait', ms: LOOK_AGAIN_MS };
    }
  } else if (inFlight.mayErr + situation.untoldErrors >= holdings.permitted(priority)) {
    return { kind: 'ask' };
  }
  return judgeTurn(route, situation) ?? judgeSlot(situation);
}

/** null: the route's scope has tokens enough, or its turn has come. */
function judgeTurn(route: EsiRoute, { limits, now, holdings, maxWaitMs }: Situation): Verdict | null {
  const turn = turnOf(limits, route);
  const waitMs = waitForTurn(limits.scopes[turn.scope], turn.priority, now);
  if (waitMs === null || holdings.hasTurn(turn)) {
    return null;
  }
  if (waitMs > maxWaitMs) {
    return { kind: 'refuse', ms: waitMs };
  }
  return waitMs > 0 ? { kind: 'wait', ms: waitMs } : { kind: 'ask', turn };
}

function judgeSlot({ now, holdings }: Situation): Verdict {
  const slot = holdings.nextSlot();
  if (slot === undefined) {
    return { kind: 'ask' };
  }
  return slot > now ? { kind: 'wait for slot', ms: slot - now } : { kind: 'start' };
}

export function turnOf(limits: Limits, route: EsiRoute): ScopeTurn {
  return { scope: scopeOf(limits, route), priority: priorityOf(route) };
}

/** What a request of a route counts for while it is in flight. Routes with a rate-limit group are under no error limit. */
export function countersOf(limits: Limits, route: EsiRoute): (keyof InFlight)[] {
  if (route === STATUS_ROUTE) {
    return [];
  }
  return [
    limits.groups[route] === undefined ? 'mayErr' : 'inGroups',
    ...(isMaintenance(route) ? (['ofMaintenance'] as const) : []),
  ];
}
