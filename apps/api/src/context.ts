import { connectDatabase, createFlags, type Database, type Flags } from '@hangar-bay/database';
import { createProducer, type Producer } from '@hangar-bay/queues';
import { createDatabaseMetrics, createLogger, type Logger } from '@hangar-bay/runtime';
import { createAccessTokens } from './auth/access-tokens.js';
import { createSessions, type Sessions } from './auth/sessions.js';
import { createSignIn, type SignIn } from './auth/sign-in.js';
import { createSignInThrottle } from './auth/sign-in-throttle.js';
import { deriveCursorKeys } from './auth/signing-keys.js';
import { createAnswers, type Answers } from './cache/answers.js';
import type { DataVersion } from './cache/data-version.js';
import { watchData, type DataWatch } from './cache/watch-data.js';
import type { ApiConfig } from './config.js';
import { createApiMetrics, type ApiMetrics } from './metrics.js';
import { createMissingNames, type MissingNames } from './missing-names.js';
import { createCursorCodec, type CursorCodec } from './queries/cursor.js';
import type { RateLimiter } from './rate-limit/rate-limiter.js';
import { createSharedRateLimiter } from './rate-limit/shared-rate-limiter.js';
import { createStreams, type Streams } from './stream/streams.js';

/** What routes work with; built once per process. */
export interface ApiContext {
  readonly config: ApiConfig;
  readonly logger: Logger;
  readonly metrics: ApiMetrics;
  readonly db: Database;
  readonly producer: Producer;
  /** What operators have switched off. */
  readonly flags: Flags;
  readonly rateLimiter: RateLimiter;
  readonly cursors: CursorCodec;
  readonly missingNames: MissingNames;
  /** Follows what changes in the database; version is what it knows. */
  readonly dataWatch: DataWatch;
  readonly version: DataVersion;
  readonly answers: Answers;
  readonly streams: Streams;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
}

/** What others may bring along; the app then closes it all the same. */
export type ApiOverrides = Partial<Pick<ApiContext, 'logger' | 'db' | 'producer'>>;

const POOL_SIZE = 10;
/** Together below the two seconds in which every request is answered: see http/middleware/deadline.ts. */
const CONNECT_TIMEOUT_MS = 500;
const STATEMENT_TIMEOUT_MS = 1_300;

export function createContext(config: ApiConfig, overrides: ApiOverrides = {}): ApiContext {
  const logger = overrides.logger ?? createLogger({ service: 'api', ...config.log });
  const metrics = createApiMetrics();
  const db =
    overrides.db ??
    connectDatabase({
      url: config.databaseUrl,
      poolSize: POOL_SIZE,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      applicationName: 'hangar-bay-api',
      ...createDatabaseMetrics(metrics.registry),
    });
  const missingNames = createMissingNames(metrics.missingNames, logger);
  const flags = createFlags(db, {
    onError: (error) => logger.warn('the switches could not be read; the last known hold on', { error }),
  });
  const dataWatch = watchData({ databaseUrl: config.databaseUrl, logger, metrics });
  const { version } = dataWatch;
  return {
    config,
    logger,
    metrics,
    db,
    dataWatch,
    version,
    answers: createAnswers({ maxBytes: config.responseCacheBytes, version, metrics }),
    streams: createStreams({
      db,
      version,
      logger,
      metrics,
      missingNames,
      limits: config.streams,
      isOn: () => flags.isOn('stream'),
    }),
    rateLimiter: createSharedRateLimiter({
      limit: config.rateLimitPerMinute,
      queueUrl: config.queueUrl,
      db,
      logger,
      metrics,
    }),
    producer:
      overrides.producer ??
      createProducer({
        url: config.queueUrl,
        onError: (error, queue) => logger.warn('queue connection failed', { queue, error }),
      }),
    cursors: createCursorCodec(deriveCursorKeys(config.signingKeys)),
    missingNames,
    flags,
    sessions: createSessions(db, createAccessTokens(config.signingKeys, config.operators), config.operators),
    signIn: createSignIn(config.operators, createSignInThrottle(db)),
  };
}
