import { isMaintenance, priorityOf, type Priority } from './priority.js';
import { ERROR_SPAN_MS, ERROR_WINDOW_MS, lapseOf, type Limits } from './state.js';

/**
 * Errors of a minute at which requests stop. ESI answers 420 to everything after 100 in one of its windows; the rest is
 * for whatever else has our address.
 */
export const ERRORS_OF: Readonly<Record<Priority, number>> = { sweep: 80, item: 60 };
/** Of those 60, what maintenance may cause: names and stations can wait, contracts must not wait for them. */
const ERRORS_OF_MAINTENANCE = 20;

/** Adds an error to those of the last minute. */
export function addError(errors: Limits['errors'], at: number, route: string): Limits['errors'] {
  const last = errors.at(-1);
  const isSameSpan = last !== undefined && at - last.at < ERROR_SPAN_MS;
  const span = isSameSpan ? last : { at, count: 0, ofMaintenance: 0 };
  const ofMaintenance = span.ofMaintenance + (isMaintenance(route) ? 1 : 0);
  return [...(isSameSpan ? errors.slice(0, -1) : errors), { ...span, count: span.count + 1, ofMaintenance }];
}

/** Errors that count against the limit: our own of the last minute, or ESI's count where that is higher. */
export function usedErrors(limits: Limits, now: number): number {
  const own = sum(limits.errors.filter((span) => lapseOf(span) > now).map(({ count }) => count));
  return Math.max(own, limits.window !== null && limits.window.endsAt > now ? limits.window.used : 0);
}

/** How many more errors requests of a route may cause; 0 or less: none. */
export function errorsLeft(limits: Limits, route: string, now: number): number {
  const left = ERRORS_OF[priorityOf(route)] - usedErrors(limits, now);
  if (!isMaintenance(route)) {
    return left;
  }
  const counting = limits.errors.filter((span) => lapseOf(span) > now);
  return Math.min(left, ERRORS_OF_MAINTENANCE - sum(counting.map(({ ofMaintenance }) => ofMaintenance)));
}

/** How long until requests of a route may cause errors. 0: now. */
export function waitForErrors(limits: Limits, route: string, now: number): number {
  const lapses = [...limits.errors.map(lapseOf), ...(limits.window ? [limits.window.endsAt] : [])];
  const free = [now, ...lapses.filter((at) => at > now).sort((a, b) => a - b)].find(
    (at) => errorsLeft(limits, route, at) > 0,
  );
  return free === undefined ? ERROR_WINDOW_MS : free - now;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
