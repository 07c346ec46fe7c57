import { ERROR_LIMIT } from './answer.js';
import { ERRORS_OF, usedErrors } from './errors.js';
import { isEsiDown, type Limits } from './state.js';

/**
 * Why requests are held back.
 *
 * - `error_limit`: ESI answered 420, or nearly did: too many errors in a minute.
 * - `rate_limit`: a route or group of routes answered 429.
 * - `esi_down`: ESI answers nobody.
 */
export const PAUSE_REASONS = ['error_limit', 'rate_limit', 'esi_down'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** ESI's limits as this process knows them. */
export interface LimitsReport {
  /** Errors that may still happen in this minute before ESI refuses everything, 0 to 100. */
  readonly errorBudget: number;
  /** Empty: nothing is held back by them. */
  readonly pausedBy: readonly PauseReason[];
  /** ESI answers nobody, and a request of this process is on its way to see whether it does again. */
  readonly isTried: boolean;
}

export function describeLimits(limits: Limits, now: number): Omit<LimitsReport, 'isTried'> {
  const used = usedErrors(limits, now);
  const holds: Readonly<Record<PauseReason, boolean>> = {
    error_limit: limits.pausedUntil > now || used >= ERRORS_OF.item,
    rate_limit: Object.values(limits.scopes).some(({ pausedUntil }) => pausedUntil > now),
    esi_down: isEsiDown(limits),
  };
  return {
    errorBudget: Math.max(ERROR_LIMIT - used, 0),
    pausedBy: PAUSE_REASONS.filter((reason) => holds[reason]),
  };
}
