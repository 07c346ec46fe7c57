import type { Answer } from './answer.js';
import { addError } from './errors.js';
import { STATUS_ROUTE, isMaintenance } from './priority.js';
import { NO_SCOPE, PROBE_MS, isEsiDown, scopeOf } from './state.js';
import type { Limits, Scope } from './state.js';

/** Reset is in whole seconds: ends that lie closer together are of the same window. */
const SAME_WINDOW_MS = 2_000;
const FIRST_BACK_OFF_MS = 5_000;
const LONGEST_BACK_OFF_MS = 300_000;

/** The limits as they are known after an answer. */
export function learn(limits: Limits, answer: Answer): Limits {
  const steps = [learnErrors, learnPause, learnGroup, learnScope, learnHealth];
  return steps.reduce((known, step) => step(known, answer), limits);
}

function learnErrors(limits: Limits, { at, route, isError, errorsUsed, windowMs }: Answer): Limits {
  const errors = isError ? addError(limits.errors, at, route) : limits.errors;
  if (errorsUsed === null) {
    return errors === limits.errors ? limits : { ...limits, errors };
  }
  const endsAt = at + windowMs;
  const { window } = limits;
  const sameWindow =
    window !== null && window.endsAt > at && Math.abs(endsAt - window.endsAt) <= SAME_WINDOW_MS;
  // Answers of one window overtake each other; its count only grows.
  const used = sameWindow ? Math.max(errorsUsed, window.used) : errorsUsed;
  return { ...limits, errors, window: { endsAt: sameWindow ? window.endsAt : endsAt, used } };
}

function learnPause(limits: Limits, { at, status, windowMs }: Answer): Limits {
  return status === 420 ? { ...limits, pausedUntil: Math.max(limits.pausedUntil, at + windowMs) } : limits;
}

function learnGroup(limits: Limits, { route, group }: Answer): Limits {
  return group === null || limits.groups[route] === group
    ? limits
    : { ...limits, groups: { ...limits.groups, [route]: group } };
}

function learnScope(limits: Limits, answer: Answer): Limits {
  const name = scopeOf(limits, answer.route);
  const known = limits.scopes[name];
  if (known === undefined && answer.status !== 429 && answer.tokens === null) {
    return limits;
  }
  const { at, tokens } = answer;
  const learnt = learnTooMany(known ?? NO_SCOPE, answer);
  const scope = tokens === null ? learnt : { ...learnt, tokens: { at, ...tokens } };
  return { ...limits, scopes: { ...limits.scopes, [name]: scope } };
}

function learnTooMany(scope: Scope, { at, status, retryAfterMs, jitter }: Answer): Scope {
  if (status !== 429) {
    return status !== null && status < 400 ? { ...scope, strikes: 0 } : scope;
  }
  if (retryAfterMs !== null) {
    return { ...scope, strikes: 0, pausedUntil: Math.max(scope.pausedUntil, at + retryAfterMs) };
  }
  if (at < scope.pausedUntil) {
    // Sent before the pause began: it says nothing new.
    return scope;
  }
  const backOffMs = Math.min(FIRST_BACK_OFF_MS * 2 ** Math.min(scope.strikes, 10), LONGEST_BACK_OFF_MS);
  return {
    ...scope,
    strikes: Math.min(scope.strikes + 1, 10),
    pausedUntil: at + backOffMs * (0.75 + jitter / 2),
  };
}

function learnHealth(limits: Limits, { at, route, status }: Answer): Limits {
  const { failures, changes } = limits.health;
  if (route === STATUS_ROUTE || status === 420 || status === 429) {
    return limits;
  }
  const failed = status === null || status >= 500;
  // Side routes that are dead are no outage; any answer of theirs is the end of one.
  if (failed ? isMaintenance(route) : failures === 0) {
    return limits;
  }
  // Bounded, so that an outage of a year counts no higher than one of an hour.
  const next = { ...limits, health: { failures: failed ? Math.min(failures + 1, 1_000) : 0, changes } };
  if (isEsiDown(limits) === isEsiDown(next)) {
    return next;
  }
  return {
    ...next,
    health: { ...next.health, changes: changes + 1 },
    nextSlotAt: failed ? Math.max(limits.nextSlotAt, at + PROBE_MS) : Math.min(limits.nextSlotAt, at),
  };
}
