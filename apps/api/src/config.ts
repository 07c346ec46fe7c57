import { isIP } from 'node:net';
import {
  databaseSettings,
  describeProductionWarnings,
  hostSettings,
  integer,
  isGuessable,
  logSettings,
  metricsSettings,
  nodeSettings,
  parseEnv,
  port,
  queueSettings,
  telemetrySettings,
  unguessableMetricsToken,
  url,
  type EnvSource,
} from '@hangar-bay/runtime';
import { z } from 'zod';
import { parseOperators } from './auth/operators.js';
import { generateSigningKey, parseSigningKeys, type SigningKey } from './auth/signing-keys.js';

const replicaSettings = {
  DATABASE_REPLICA_URL: url('postgresql:', 'postgres:').optional().meta({
    description:
      'one standby of the database: what the API serves is read there while it has every change, and else from the primary',
  }),
};

const serverSettings = {
  PORT: port().default(3000).meta({ description: 'port of the API' }),
  ...hostSettings,
  TRUST_PROXY: z
    .string()
    .transform(parseTrustedProxies)
    .refine(
      (value) => value !== null,
      'expected a number of hops, or addresses, networks, loopback, linklocal, uniquelocal',
    )
    .optional()
    .meta({
      description:
        'whose `X-Forwarded-*` headers are believed: a number of hops, or a comma-separated list of addresses, networks, `loopback`, `linklocal`, `uniquelocal`',
    }),
  DRAIN_SECONDS: integer(0, 10).default(0).meta({
    description:
      'how long an API that is told to stop answers on, unready, so that load balancers that ask for its health send nothing more',
  }),
};

const guardSettings = {
  RATE_LIMIT_PER_MINUTE: integer(1, 100_000_000).default(600).meta({
    description: 'requests of a client address (of IPv6 a /64) in a minute, shared by all API instances',
  }),
  CORS_ORIGINS: z
    .string()
    .transform(parseOrigins)
    .refine(
      (origins) => origins !== null,
      'expected origins such as https://example.org, separated by commas',
    )
    .default([])
    .meta({
      description:
        'origins of sites whose scripts may read the API, separated by commas; `*`: of any, refused in production',
      default: 'none',
    }),
  ...metricsSettings,
};

const cacheSettings = {
  RESPONSE_CACHE_MB: integer(0, 16_384).default(64).meta({
    description: 'memory of this process for answers that were given before, in MiB; 0: none are kept',
  }),
  STREAMS_MAX: integer(1, 100_000)
    .default(2_000)
    .meta({ description: 'open event streams of this process at the most' }),
  STREAMS_PER_ADDRESS: integer(1, 100_000).default(20).meta({
    description: 'open event streams of a client address (of IPv6 a /64) at the most, in this process',
  }),
};

const authSettings = {
  AUTH_JWT_KEYS: z
    .string()
    .transform(parseSigningKeys)
    .refine(
      (keys) => keys !== null,
      'expected kid:secret[,kid:secret], each secret at least 32 bytes, no kid twice',
    )
    .optional()
    .meta({
      description:
        '`kid:secret[,kid:secret]`; required in production; the first signs, all verify; each secret at least 32 bytes',
    }),
  OPS_USERS: z
    .string()
    .transform(parseOperators)
    .refine(
      (operators) => operators !== null,
      'expected name:scrypt-hash[:role], separated by commas, no name twice',
    )
    .default([])
    .meta({
      description: '`name:scrypt-hash[:role]`, separated by commas; roles `viewer`, `operator`',
      default: 'none',
    }),
};

export const apiEnv = z
  .object({
    ...nodeSettings,
    ...databaseSettings,
    ...replicaSettings,
    ...queueSettings,
    ...serverSettings,
    ...guardSettings,
    ...cacheSettings,
    ...authSettings,
    ...logSettings,
    ...telemetrySettings,
  })
  .refine((env) => env.NODE_ENV !== 'production' || env.AUTH_JWT_KEYS !== undefined, {
    path: ['AUTH_JWT_KEYS'],
    message:
      'in production expected kid:secret, the secret at least 32 bytes, such as one made by "openssl rand -hex 32"',
    // Also when other variables are wrong: all problems are told at once.
    when: () => true,
  })
  .refine((env) => env.NODE_ENV !== 'production' || !isAnyOrigin(env.CORS_ORIGINS), {
    path: ['CORS_ORIGINS'],
    message: 'in production expected the origins by name, and not *',
    when: () => true,
  })
  .refine((env) => env.NODE_ENV !== 'production' || !hasGuessableKey(env.AUTH_JWT_KEYS), {
    path: ['AUTH_JWT_KEYS'],
    message:
      'in production expected secrets that nobody guesses, such as one made by "openssl rand -hex 32"; one of these is a placeholder or repeats a few characters',
    when: () => true,
  })
  .refine(...unguessableMetricsToken);

export type ApiConfig = ReturnType<typeof readApiConfig>;

/** @throws ExitError with code 78 and every problem. */
export function readApiConfig(source: EnvSource) {
  const env = parseEnv(apiEnv, source);
  return {
    nodeEnv: env.NODE_ENV,
    databaseUrl: env.DATABASE_URL,
    /** Null: there is none. */
    replicaUrl: env.DATABASE_REPLICA_URL ?? null,
    queueUrl: env.QUEUE_URL ?? env.DATABASE_URL,
    host: env.HOST,
    port: env.PORT,
    /** Express's `trust proxy`. */
    trustProxy: env.TRUST_PROXY ?? false,
    drainSeconds: env.DRAIN_SECONDS,
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    corsOrigins: env.CORS_ORIGINS,
    metricsToken: env.METRICS_TOKEN,
    responseCacheBytes: env.RESPONSE_CACHE_MB * 1024 * 1024,
    streams: { total: env.STREAMS_MAX, perAddress: env.STREAMS_PER_ADDRESS },
    signingKeys: env.AUTH_JWT_KEYS ?? [generateSigningKey()],
    operators: env.OPS_USERS,
    telemetry: {
      log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT },
      environment: env.NODE_ENV,
      sentryDsn: env.SENTRY_DSN,
      isTraced: env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    },
    /** For the log, once. */
    warnings: describeProductionWarnings(env),
  };
}

/** `true` is not among them: it would believe anybody. */
function parseTrustedProxies(text: string): number | string[] | null {
  if (/^\d{1,2}$/.test(text)) {
    return Number(text);
  }
  const proxies = text.split(',').map((proxy) => proxy.trim());
  return proxies.every(isProxy) ? proxies : null;
}

/** Origins as browsers send them: without a path, the default port left out. */
function parseOrigins(text: string): string[] | null {
  const origins = text.split(',').map((origin) => origin.trim());
  return origins.every(isOrigin) ? origins : null;
}

/** Also of what is no list, since all checks run whatever the others found. */
function isAnyOrigin(origins: unknown): boolean {
  return Array.isArray(origins) && origins.includes('*');
}

/** Also of what is no list of keys. */
function hasGuessableKey(keys: unknown): boolean {
  return (
    Array.isArray(keys) &&
    (keys as SigningKey[]).some(({ secret }) => isGuessable(Buffer.from(secret).toString()))
  );
}

function isOrigin(text: string): boolean {
  return text === '*' || (/^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text);
}

function isProxy(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  const maxBits = version === 6 ? 128 : 32;
  return (
    ['loopback', 'linklocal', 'uniquelocal'].includes(text) ||
    (version !== 0 &&
      rest.length === 0 &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= maxBits)))
  );
}
