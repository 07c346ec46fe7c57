import type { EsiRoute } from '@hangar-bay/domain';

/**
 * Why a request to ESI gave nothing usable, after the client's own retries.
 *
 * - `status`: ESI answered with `status`.
 * - `network`: no whole answer came: reset, timeout, truncated or not JSON.
 * - `invalid`: JSON of another shape than the route promises.
 * - `paused`: to be asked again after `waitMs`: not sent, since ESI's limits ask for that wait, or ESI as a whole is away.
 */
export type EsiErrorKind = 'status' | 'network' | 'invalid' | 'paused';

interface EsiErrorDetails {
  readonly kind: EsiErrorKind;
  readonly route: EsiRoute;
  readonly status?: number;
  readonly waitMs?: number;
  readonly cause?: unknown;
}

export class EsiError extends Error {
  override name = 'EsiError';
  readonly kind: EsiErrorKind;
  readonly route: EsiRoute;
  readonly status: number | undefined;
  readonly waitMs: number | undefined;

  constructor(message: string, { kind, route, status, waitMs, cause }: EsiErrorDetails) {
    super(`ESI ${route}: ${message}`, { cause });
    this.kind = kind;
    this.route = route;
    this.status = status;
    this.waitMs = waitMs;
  }
}
