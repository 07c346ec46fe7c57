import { z } from 'zod';

/** No header and no clock can ask for a longer pause. */
export const LONGEST_PAUSE_MS = 900_000;
export const PROBE_MS = 5_000;
export const ERROR_WINDOW_MS = 60_000;
/** Errors are counted by spans of this length; one counts until the last of its span is a window old. */
export const ERROR_SPAN_MS = 5_000;

/** A worker that has not been heard of for so long holds nothing any more. */
const WORKER_LAPSE_MS = 10_000;
const FURTHEST_SLOT_MS = 60_000;
/** 5xx and unanswered requests in a row, whatever their routes, that show ESI as a whole to be away. */
const FAILURES_UNTIL_DOWN = 10;

const time = z.number();
const count = z.int().min(0);

const scopeSchema = z.object({
  pausedUntil: time,
  /** 429 answers in a row that did not say how long to wait. */
  strikes: count,
  /** When the last turn was given, while it is short of tokens. */
  turnAt: z.object({ sweep: time, item: time }),
  /** What its bucket holds, from X-Ratelimit headers. */
  tokens: z
    .object({ at: time, remaining: count, limit: z.number().min(1), windowMs: z.number().min(1) })
    .nullable(),
});

/**
 * What all workers together know of ESI's limits. Times are milliseconds of the store's clock.
 * It may be lost at any moment: ESI's next answers tell it anew.
 */
export const limitsSchema = z.object({
  /** The first moment that no worker has been promised for a request. */
  nextSlotAt: time,
  /** 420: nothing is asked until then. */
  pausedUntil: time,
  /** Our own errors of the last minute, and how many of them are maintenance's. */
  errors: z.array(z.object({ at: time, count, ofMaintenance: count })),
  /** ESI's current window as its headers tell it: everybody's errors from this address. */
  window: z.object({ endsAt: time, used: count }).nullable(),
  /** How many errors each worker may still cause before it tells of them. */
  workers: z.record(z.string(), z.object({ seenAt: time, held: count })),
  /** What a 429 pauses: a rate-limit group, or a route without one. */
  scopes: z.record(z.string(), scopeSchema),
  /** The rate-limit group of each route that was seen to have one. */
  groups: z.record(z.string(), z.string()),
  /** `changes` tells leases made before from those made after ESI went away or came back. */
  health: z.object({ failures: count, changes: count }),
  /** What /meta/status said, and when it may be asked again. */
  status: z.object({ askAt: time, seenAt: time, down: z.array(z.string()) }),
});

export type Limits = z.output<typeof limitsSchema>;
export type Scope = z.output<typeof scopeSchema>;

export const NO_LIMITS: Limits = {
  nextSlotAt: 0,
  pausedUntil: 0,
  errors: [],
  window: null,
  workers: {},
  scopes: {},
  groups: {},
  health: { failures: 0, changes: 0 },
  status: { askAt: 0, seenAt: 0, down: [] },
};
export const NO_SCOPE: Scope = { pausedUntil: 0, strikes: 0, turnAt: { sweep: 0, item: 0 }, tokens: null };

/** The group of a route, or the route itself where no group is known. */
export function scopeOf(limits: Limits, route: string): string {
  const group = limits.groups[route];
  return group === undefined ? `route:${route}` : `group:${group}`;
}

export function isEsiDown({ health }: Limits): boolean {
  return health.failures >= FAILURES_UNTIL_DOWN;
}

/** When the errors of a span count no more. */
export function lapseOf({ at }: { readonly at: number }): number {
  return at + ERROR_SPAN_MS + ERROR_WINDOW_MS;
}

/** Forgets what has lapsed, and brings times that a changed clock made absurd back within reason. */
export function tidy(limits: Limits, now: number): Limits {
  const reasonable = (at: number) => Math.min(at, now + LONGEST_PAUSE_MS);
  return {
    ...limits,
    nextSlotAt: Math.min(limits.nextSlotAt, now + FURTHEST_SLOT_MS),
    pausedUntil: reasonable(limits.pausedUntil),
    errors: limits.errors
      .map((span) => ({ ...span, at: Math.min(span.at, now) }))
      .filter((span) => lapseOf(span) > now),
    window:
      limits.window !== null && limits.window.endsAt > now
        ? { ...limits.window, endsAt: reasonable(limits.window.endsAt) }
        : null,
    workers: Object.fromEntries(
      Object.entries(limits.workers).filter(([, { seenAt }]) => Math.abs(now - seenAt) < WORKER_LAPSE_MS),
    ),
    scopes: Object.fromEntries(
      Object.entries(limits.scopes)
        .map(([name, scope]) => [name, tidyScope(scope, now)] as const)
        .filter(([, { pausedUntil, tokens }]) => pausedUntil > now - LONGEST_PAUSE_MS || tokens !== null),
    ),
    status: {
      askAt: reasonable(limits.status.askAt),
      seenAt: Math.min(limits.status.seenAt, now),
      down: limits.status.seenAt > now - LONGEST_PAUSE_MS ? limits.status.down : [],
    },
  };
}

function tidyScope(scope: Scope, now: number): Scope {
  const { tokens } = scope;
  return {
    ...scope,
    pausedUntil: Math.min(scope.pausedUntil, now + LONGEST_PAUSE_MS),
    turnAt: { sweep: Math.min(scope.turnAt.sweep, now), item: Math.min(scope.turnAt.item, now) },
    tokens: tokens !== null && Math.abs(now - tokens.at) < tokens.windowMs ? tokens : null,
  };
}
