import type { EsiRoute } from '@hangar-bay/domain';
import { readDate, type Headers } from '../cache-headers.js';
import { ERROR_WINDOW_MS, LONGEST_PAUSE_MS } from './state.js';

/** What became of a request. `timedOut`: it was sent and no answer came in time, which ESI may count as an error. */
export type Outcome =
  | { readonly status: number; readonly headers: Headers }
  | { readonly status: null; readonly timedOut: boolean };

/** What an answer says about ESI's limits; every number is finite and within reason. */
export interface Answer {
  readonly route: EsiRoute;
  /** Milliseconds of the store's clock. */
  readonly at: number;
  /** null: none came. */
  readonly status: number | null;
  /** Whether ESI counts it against the error limit. */
  readonly isError: boolean;
  /** Whether it says more than that all is well. */
  readonly isNotable: boolean;
  readonly errorsUsed: number | null;
  readonly windowMs: number;
  readonly retryAfterMs: number | null;
  readonly group: string | null;
  readonly tokens: { readonly remaining: number; readonly limit: number; readonly windowMs: number } | null;
  /** 0 to 1, drawn once so that the arithmetic is the same each time. */
  readonly jitter: number;
}

/** Errors of a minute after which ESI answers 420 to everything. */
export const ERROR_LIMIT = 100;
const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const LONGEST_WINDOW_MS = 86_400_000;

export function readAnswer(route: EsiRoute, outcome: Outcome, at: number, jitter: number): Answer {
  const headers: Headers = outcome.status === null ? {} : outcome.headers;
  const group = readGroup(headers['x-ratelimit-group']);
  const remain = readNumber(headers['x-esi-error-limit-remain']);
  return {
    route,
    at,
    status: outcome.status,
    isError: outcome.status === null ? outcome.timedOut : countsAsError(outcome.status, group),
    isNotable: outcome.status === null || outcome.status >= 400,
    errorsUsed: remain === null ? null : Math.max(ERROR_LIMIT - Math.floor(remain), 0),
    windowMs: readPause(headers['x-esi-error-limit-reset'], ERROR_WINDOW_MS) ?? ERROR_WINDOW_MS,
    retryAfterMs: readPause(headers['retry-after'], LONGEST_PAUSE_MS) ?? readPauseUntil(headers),
    group,
    tokens: readTokens(headers),
    jitter,
  };
}

/** Where nothing else came between, the last of a route's answers that all is well says it all. */
export function addAnswer(answers: readonly Answer[], answer: Answer): Answer[] {
  const well = answers.findLastIndex((other) => other.isNotable) + 1;
  const isNews = (other: Answer, index: number) => index < well || other.route !== answer.route;
  return [...(answer.isNotable ? answers : answers.filter(isNews)), answer];
}

/** A route is under one limit or the other; one with a group spends tokens instead. 420 itself is free. */
function countsAsError(status: number, group: string | null): boolean {
  return status >= 400 && status !== 420 && group === null;
}

/** Milliseconds, at least a second; null for nonsense. */
function readPause(header: unknown, longestMs: number): number | null {
  const seconds = readNumber(header);
  return seconds === null ? null : clampPause(seconds * 1000, longestMs);
}

/** Retry-After as a date, which says something only beside the date of the answer. */
function readPauseUntil(headers: Headers): number | null {
  const [until, date] = [readDate(headers['retry-after']), readDate(headers['date'])];
  return until && date && until > date
    ? clampPause(until.getTime() - date.getTime(), LONGEST_PAUSE_MS)
    : null;
}

function clampPause(ms: number, longestMs: number): number {
  return Math.min(Math.max(ms, 1_000), longestMs);
}

/** X-Ratelimit-Limit is such as `600/15m`. */
function readTokens(headers: Headers): Answer['tokens'] {
  const remaining = readNumber(headers['x-ratelimit-remaining']);
  const [, tokens = '', amount = '', unit = ''] =
    /^\s*(\d{1,9})\s*\/\s*(\d{1,6})([smh])\s*$/.exec(String(headers['x-ratelimit-limit'])) ?? [];
  const windowMs = Math.min(Number(amount) * (UNITS_MS[unit] ?? 0), LONGEST_WINDOW_MS);
  if (remaining === null || !(Number(tokens) >= 1 && windowMs >= 1)) {
    return null;
  }
  return { remaining: Math.floor(Math.min(remaining, Number(tokens))), limit: Number(tokens), windowMs };
}

function readGroup(header: unknown): string | null {
  return typeof header === 'string' && /^[\w.-]{1,64}$/.test(header) ? header : null;
}

/** Finite and not negative; null for anything else. */
function readNumber(header: unknown): number | null {
  const text = typeof header === 'string' ? header.trim() : '';
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
}
