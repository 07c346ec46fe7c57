import type { Answer } from './answer.js';
import { LONGEST_PAUSE_MS, NO_SCOPE, PROBE_MS, addErrors, isEsiDown, isShort, scopeOf } from './state.js';
import type { Limits, Scope } from './state.js';

/** Reset is in whole seconds: ends that lie closer together are of the same window. */
const SAME_WINDOW_MS = 2_000;
const FIRST_BACK_OFF_MS = 5_000;
const LONGEST_BACK_OFF_MS = 300_000;
/** Of an ordinary answer. */
const TOKENS_PER_REQUEST = 2;
/** Tells of ESI's health by its body, so that its own answer is no sign of it. */
const STATUS_ROUTE = '/meta/status';

/** The limits as they are known after an answer. */
export function learn(limits: Limits, answer: Answer): Limits {
  const steps = [learnErrors, learnPause, learnGroup, learnScope, learnHealth];
  return steps.reduce((known, step) => step(known, answer), limits);
}

function learnErrors(limits: Limits, { at, isError, errorsUsed, windowMs }: Answer): Limits {
  const errors = isError ? addErrors(limits.errors, at, 1) : limits.errors;
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
  const scope = learnTokens(learnTooMany(known ?? NO_SCOPE, answer), answer);
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

function learnTokens(scope: Scope, { at, tokens }: Answer): Scope {
  if (tokens === null) {
    return scope;
  }
  const learnt = { ...scope, tokens: { at, ...tokens } };
  return isShort(learnt) ? { ...learnt, nextAt: Math.max(scope.nextAt, at + turnMs(learnt)) } : learnt;
}

/**
 * How far apart requests of a scope that is short of tokens must be for the rest to last a whole window, by the end of
 * which every token spent until now has come back.
 */
export function turnMs({ tokens }: Scope): number {
  return tokens === null
    ? 0
    : Math.min((tokens.windowMs * TOKENS_PER_REQUEST) / Math.max(tokens.remaining, 1), LONGEST_PAUSE_MS);
}

function learnHealth(limits: Limits, { at, route, status }: Answer): Limits {
  const { failures, changes } = limits.health;
  if (route === STATUS_ROUTE || status === 420 || status === 429) {
    return limits;
  }
  const failed = status === null || status >= 500;
  if (!failed && failures === 0) {
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
