import { networkOf } from '../../rate-limit/client-network.js';
import { WINDOW_SECONDS } from '../../rate-limit/rate-limit-store.js';
import type { RateLimiter } from '../../rate-limit/rate-limiter.js';
import type { Exchange } from '../exchange.js';
import { Problem } from '../problem.js';

/** The name of the policy in the headers: who is limited. */
const POLICY = '"address"';

/**
 * Limits requests of a client address, and tells each what is left. What it returns throws a Problem.
 *
 * The headers are those of draft-ietf-httpapi-ratelimit-headers since its version 08: structured fields that name
 * their policy. Clients of older versions have Retry-After.
 */
export function rateLimit(limiter: RateLimiter) {
  const policy = `${POLICY};q=${limiter.limit};w=${WINDOW_SECONDS}`;
  return ({ address, headers }: Exchange): void => {
    const { admitted, remaining, resetSeconds } = limiter.admit(networkOf(address));
    headers.push('RateLimit-Policy', policy, 'RateLimit', `${POLICY};r=${remaining};t=${resetSeconds}`);
    if (!admitted) {
      throw new Problem(
        'too_many_requests',
        `An address has ${limiter.limit} requests in ${WINDOW_SECONDS} s. Try again in ${resetSeconds} s.`,
        { headers: { 'Retry-After': String(resetSeconds) } },
      );
    }
  };
}
