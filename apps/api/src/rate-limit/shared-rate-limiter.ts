import type { Database } from '@hangar-bay/database';
import type { Logger } from '@hangar-bay/runtime';
import type { ApiMetrics } from '../metrics.js';
import { createPostgresStore } from './postgres-store.js';
import { createRateLimiter, type RateLimiter } from './rate-limiter.js';
import { createRedisStore } from './redis-store.js';

export interface SharedRateLimiterOptions {
  readonly limit: number;
  /** Where this is Redis, the counts are there too; else in the database. */
  readonly queueUrl: string;
  readonly db: Database;
  readonly logger: Logger;
  readonly metrics: ApiMetrics;
}

/** The rate limiter of an instance, and what it says of its store. */
export function createSharedRateLimiter(options: SharedRateLimiterOptions): RateLimiter {
  const { limit, queueUrl, db, logger, metrics } = options;
  return createRateLimiter({
    limit,
    store: /^rediss?:/.test(queueUrl) ? createRedisStore(queueUrl) : createPostgresStore(db),
    onChange(shared, error) {
      metrics.rateLimitFallback.set(shared ? 0 : 1);
      if (shared) {
        logger.info('requests are counted over all instances again');
      } else {
        logger.warn(
          'requests are counted by this instance alone: the store of the rate limit does not answer',
          {
            error,
          },
        );
      }
    },
  });
}
