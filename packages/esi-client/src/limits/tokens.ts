import type { Priority } from './priority.js';
import { LONGEST_PAUSE_MS, type Scope } from './state.js';

/** Part of a bucket below which requests take turns, and the part that their turns leave to those before them. */
const TURNS_BELOW: Readonly<Record<Priority, number>> = { sweep: 1 / 4, item: 1 / 2 };
const TURNS_LEAVE: Readonly<Record<Priority, number>> = { sweep: 0, item: 1 / 4 };
/** Of an ordinary answer, and of one that is our fault. */
const TOKENS_PER_REQUEST = 2;
const TOKENS_PER_ERROR = 5;

/** How many requests could all go wrong before those of this priority have to take turns. Negative: they have to. */
export function spareRequests({ tokens }: Scope, priority: Priority): number {
  return tokens === null ? 0 : (tokens.remaining - tokens.limit * TURNS_BELOW[priority]) / TOKENS_PER_ERROR;
}

/**
 * How long until the next turn in a scope that is short of tokens; null: it is not, and nobody takes turns.
 *
 * Turns are so far apart that what is left lasts a whole window, by the end of which every token spent until now has
 * come back.
 */
export function waitForTurn(scope: Scope | undefined, priority: Priority, now: number): number | null {
  if (!scope?.tokens || spareRequests(scope, priority) >= 0) {
    return null;
  }
  const { remaining, limit, windowMs } = scope.tokens;
  const left = Math.max(remaining - limit * TURNS_LEAVE[priority], TOKENS_PER_REQUEST);
  const gap = Math.min((windowMs * TOKENS_PER_REQUEST) / left, LONGEST_PAUSE_MS);
  return Math.max(scope.turnAt[priority] + gap - now, 0);
}
