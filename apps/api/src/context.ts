import { createFlags, type Database, type Flags } from '@hangar-bay/database';
import { createProducer, type Producer } from '@hangar-bay/queues';
import {
  createDatabaseMetrics,
  createTelemetry,
  readVersion,
  type Logger,
  type Telemetry,
  type Tracing,
} from '@hangar-bay/runtime';
import { createAccessTokens } from './auth/access-tokens.js';
import { createSessions, type Sessions } from './auth/sessions.js';
import { createSignIn, type SignIn } from './auth/sign-in.js';
import { createSignInThrottle } from './auth/sign-in-throttle.js';
import { deriveCursorKeys } from './auth/signing-keys.js';
import { createAnswers, type Answers } from './cache/answers.js';
import { createContractLists, type ContractLists } from './cache/contract-lists.js';
import type { DataVersion } from './cache/data-version.js';
import { watchData, type DataWatch } from './cache/watch-data.js';
import type { ApiConfig } from './config.js';
import { createKnownUrls, type KnownUrls } from './http/known-urls.js';
import { createApiMetrics, type ApiMetrics } from './metrics.js';
import { createMissingNames, type MissingNames } from './missing-names.js';
import { createCursorCodec, type CursorCodec } from './queries/cursor.js';
import { openDatabases, type Databases } from './reads/open-databases.js';
import { createReads } from './reads/reads.js';
import type { Replica } from './reads/replica.js';
import { versionOnReplica } from './reads/version-on-replica.js';
import type { RateLimiter } from './rate-limit/rate-limiter.js';
import { createSharedRateLimiter } from './rate-limit/shared-rate-limiter.js';
import { createStreams, type Streams } from './stream/streams.js';

/** What routes work with; built once per process. */
export interface ApiContext {
  readonly config: ApiConfig;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly tracing: Tracing;
  readonly metrics: ApiMetrics;
  /** The primary. What the API serves is read by `answers`, from where it is best had. */
  readonly db: Database;
  /** Null: there is none. */
  readonly replica: Replica | null;
  readonly connect: Databases['connect'];
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
  readonly contractLists: ContractLists;
  readonly knownUrls: KnownUrls;
  readonly streams: Streams;
  readonly sessions: Sessions;
  readonly signIn: SignIn;
}

/** What others may bring along; the app then closes it all the same. */
export type ApiOverrides = Partial<Pick<ApiContext, 'logger' | 'db' | 'producer'>>;

export function createContext(config: ApiConfig, overrides: ApiOverrides = {}): ApiContext {
  const telemetry = createTelemetry(config.telemetry, {
    service: 'api',
    version: readVersion(import.meta.url),
  });
  const { tracing, logger: own } = telemetry;
  const logger = overrides.logger ?? own;
  const metrics = createApiMetrics();
  const { db, primary, replica, connect } = openDatabases({
    config,
    metrics,
    logger,
    observers: createDatabaseMetrics(metrics.registry, tracing),
    given: overrides.db,
  });
  const missingNames = createMissingNames(metrics.missingNames, logger);
  const flags = createFlags(db, {
    onError: (error) => logger.warn('the switches could not be read; the last known hold on', { error }),
  });
  const dataWatch = watchData({ databaseUrl: config.databaseUrl, logger, metrics });
  const { version } = dataWatch;
  const listsOn = (versionThere: Pick<DataVersion, 'current' | 'names' | 'departures'>) =>
    createContractLists({
      version: versionThere,
      missingNames,
      keepsTotals: config.responseCacheBytes > 0,
    });
  const listsOfPrimary = listsOn(version);
  const listsOfReplica = replica === null ? listsOfPrimary : listsOn(versionOnReplica(version, replica));
  const listsOf = (on: Database) => (on === db ? listsOfPrimary : listsOfReplica);
  return {
    config,
    telemetry,
    logger,
    tracing,
    metrics,
    db,
    replica,
    connect,
    dataWatch,
    version,
    answers: createAnswers({
      maxBytes: config.responseCacheBytes,
      version,
      reads: createReads({ primary, replica, version }),
      metrics,
    }),
    contractLists: {
      render: (on, ...page) => listsOf(on).render(on, ...page),
      renderContract: (on, id) => listsOf(on).renderContract(on, id),
    },
    knownUrls: createKnownUrls(),
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
        carryTrace: () => tracing.carry(),
      }),
    cursors: createCursorCodec(deriveCursorKeys(config.signingKeys)),
    missingNames,
    flags,
    sessions: createSessions(db, createAccessTokens(config.signingKeys, config.operators), config.operators),
    signIn: createSignIn(config.operators, createSignInThrottle(db)),
  };
}
