import { connectDatabase, type Database } from '@hangar-bay/database';
import { createProducer, type Producer } from '@hangar-bay/queues';
import { createLogger, type Logger } from '@hangar-bay/runtime';
import { createSessions, type Sessions } from './auth/sessions.js';
import { createSignIn, type SignIn } from './auth/sign-in.js';
import { createSignInThrottle } from './auth/sign-in-throttle.js';
import { deriveCursorKeys } from './auth/signing-keys.js';
import type { ApiConfig } from './config.js';
import { createApiMetrics, type ApiMetrics } from './metrics.js';
import { createCursorCodec, type CursorCodec } from './queries/cursor.js';

/** What routes work with; built once per process. */
export interface ApiContext {
  readonly config: ApiConfig;
  readonly logger: Logger;
  readonly metrics: ApiMetrics;
  readonly db: Database;
  readonly producer: Producer;
  readonly cursors: CursorCodec;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
}

/** What others may bring along; the app then closes it all the same. */
export type ApiOverrides = Partial<Pick<ApiContext, 'logger' | 'db' | 'producer'>>;

const POOL_SIZE = 10;
const STATEMENT_TIMEOUT_MS = 2_000;

export function createContext(config: ApiConfig, overrides: ApiOverrides = {}): ApiContext {
  const logger = overrides.logger ?? createLogger({ service: 'api', ...config.log });
  return {
    config,
    logger,
    metrics: createApiMetrics(),
    db:
      overrides.db ??
      connectDatabase({
        url: config.databaseUrl,
        poolSize: POOL_SIZE,
        statementTimeoutMs: STATEMENT_TIMEOUT_MS,
        applicationName: 'hangar-bay-api',
      }),
    producer:
      overrides.producer ??
      createProducer({
        url: config.queueUrl,
        onError: (error, queue) => logger.warn('queue connection failed', { queue, error }),
      }),
    cursors: createCursorCodec(deriveCursorKeys(config.signingKeys)),
    sessions: createSessions(config.signingKeys, config.operators),
    signIn: createSignIn(config.operators, createSignInThrottle()),
  };
}
