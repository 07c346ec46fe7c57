import { isIP } from 'node:net';
import {
  databaseSettings,
  logSettings,
  nodeSettings,
  parseEnv,
  port,
  queueSettings,
  type EnvSource,
} from '@hangar-bay/runtime';
import { z } from 'zod';
import { parseOperators } from './auth/operators.js';
import { generateSigningKey, parseSigningKeys } from './auth/signing-keys.js';

const serverSettings = {
  PORT: port().default(3000).meta({ description: 'port of the API' }),
  HOST: z
    .string()
    .max(255)
    .default('0.0.0.0')
    .meta({ description: 'address of the API; `start` takes `127.0.0.1` where unset' }),
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
    ...queueSettings,
    ...serverSettings,
    ...authSettings,
    ...logSettings,
  })
  .refine((env) => env.NODE_ENV !== 'production' || env.AUTH_JWT_KEYS !== undefined, {
    path: ['AUTH_JWT_KEYS'],
    message:
      'in production expected kid:secret, the secret at least 32 bytes, such as one made by "openssl rand -hex 32"',
    // Also when other variables are wrong: all problems are told at once.
    when: () => true,
  });

export type ApiConfig = ReturnType<typeof readApiConfig>;

/** @throws ExitError with code 78 and every problem. */
export function readApiConfig(source: EnvSource) {
  const env = parseEnv(apiEnv, source);
  return {
    nodeEnv: env.NODE_ENV,
    databaseUrl: env.DATABASE_URL,
    queueUrl: env.QUEUE_URL ?? env.DATABASE_URL,
    host: env.HOST,
    port: env.PORT,
    /** Express's `trust proxy`. */
    trustProxy: env.TRUST_PROXY ?? false,
    signingKeys: env.AUTH_JWT_KEYS ?? [generateSigningKey()],
    operators: env.OPS_USERS,
    log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT },
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
