import { describe, expect, test } from '@jest/globals';
import { ExitError } from '@hangar-bay/runtime';
import { apiEnv, readApiConfig } from './config.js';

const KEY = 'k1:0123456789abcdef0123456789abcdef';
const HASH = 'scrypt$32768$8$3$WK6L5PgKUiW7EbU7hCKP_w$Jd6CypNUbkDi7r7Y-F7rRcbpZA34Mgrc17R7bCgCS7E';
const USABLE = { DATABASE_URL: 'postgresql://localhost/hangar_bay', AUTH_JWT_KEYS: KEY };

function problemsOf(env: Record<string, string>): string {
  try {
    readApiConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ExitError);
    expect((error as ExitError).exitCode).toBe(78);
    return (error as ExitError).message;
  }
  return 'none';
}

describe('the environment of the API', () => {
  test('has defaults for everything but the database and, in production, the keys', () => {
    expect(readApiConfig(USABLE)).toMatchObject({
      nodeEnv: 'production',
      queueUrl: 'postgresql://localhost/hangar_bay',
      host: '0.0.0.0',
      port: 3000,
      trustProxy: false,
      operators: [],
      corsOrigins: [],
      rateLimitPerMinute: 600,
    });
  });

  test('tells all problems at once, and no secret', () => {
    const problems = problemsOf({ PORT: 'http', OPS_USERS: 'ada:hunter2', TRUST_PROXY: 'true' });
    for (const name of ['DATABASE_URL', 'PORT', 'OPS_USERS', 'TRUST_PROXY', 'AUTH_JWT_KEYS']) {
      expect(problems).toContain(name);
    }
    expect(problems).not.toContain('hunter2');
  });

  test('makes a key of its own outside of production', () => {
    const { signingKeys } = readApiConfig({ DATABASE_URL: USABLE.DATABASE_URL, NODE_ENV: 'development' });
    expect(signingKeys).toMatchObject([{ kid: 'ephemeral' }]);
  });

  test.each([
    ['AUTH_JWT_KEYS', 'k1:short'],
    ['AUTH_JWT_KEYS', KEY.slice(3)],
    ['AUTH_JWT_KEYS', `${KEY},${KEY}`],
    ['OPS_USERS', `ada:${HASH}:admin`],
    ['OPS_USERS', `ada:${HASH},ada:${HASH}:viewer`],
    ['OPS_USERS', `ada:${HASH.replace('32768', '32767')}`],
    ['OPS_USERS', `ada:${HASH.replace('32768', '4194304')}`],
    ['TRUST_PROXY', 'everyone'],
    ['TRUST_PROXY', '10.0.0.0/33'],
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://example.org/'],
    ['CORS_ORIGINS', 'example.org'],
    ['METRICS_TOKEN', 'short'],
    ['RATE_LIMIT_PER_MINUTE', '0'],
  ])('refuses %s=%s', (name, value) => {
    expect(problemsOf({ ...USABLE, [name]: value })).toContain(`  ${name}: `);
  });

  test.each([
    ['AUTH_JWT_KEYS', `k1:${'change-me-'.repeat(4)}`],
    ['AUTH_JWT_KEYS', `${KEY},k2:${'abc'.repeat(20)}`],
    ['METRICS_TOKEN', '0000000000000000'],
  ])('refuses what is guessed in production alone: %s=%s', (name, value) => {
    expect(problemsOf({ ...USABLE, [name]: value })).toContain(`  ${name}: in production expected`);
    expect(problemsOf({ ...USABLE, [name]: value })).not.toContain(value);
    expect(problemsOf({ ...USABLE, NODE_ENV: 'development', [name]: value })).toBe('none');
  });

  test('tells all that production does not bear at once', () => {
    const problems = problemsOf({
      DATABASE_URL: USABLE.DATABASE_URL,
      AUTH_JWT_KEYS: `k1:${'default!'.repeat(5)}`,
      METRICS_TOKEN: 'a'.repeat(20),
      CORS_ORIGINS: '*',
      PORT: 'http',
    });
    for (const name of ['AUTH_JWT_KEYS', 'METRICS_TOKEN', 'CORS_ORIGINS', 'PORT']) {
      expect(problems).toContain(`  ${name}: `);
    }
  });

  test('warns of what production misses', () => {
    expect(readApiConfig(USABLE).warnings).toEqual([
      expect.stringContaining('METRICS_TOKEN'),
      expect.stringContaining('SENTRY_DSN'),
    ]);
    const complete = {
      ...USABLE,
      METRICS_TOKEN: 'k0nsQ8rJ2vXw5yZ7',
      SENTRY_DSN: 'https://key@sentry.example/1',
    };
    expect(readApiConfig(complete).warnings).toEqual([]);
    expect(readApiConfig({ ...USABLE, NODE_ENV: 'test' }).warnings).toEqual([]);
  });

  test('reads keys, operators and proxies', () => {
    const config = readApiConfig({
      ...USABLE,
      AUTH_JWT_KEYS: `${KEY},k2:ab:4e6f8h0j2l4n6p8r0t2v4x6z8q1w3`,
      OPS_USERS: `ada:${HASH}, vic:${HASH}:viewer`,
      TRUST_PROXY: 'loopback, 10.0.0.0/8,2001:db8::1',
    });
    expect(config.signingKeys.map(({ kid }) => kid)).toEqual(['k1', 'k2']);
    expect(config.operators).toMatchObject([
      { name: 'ada', role: 'operator' },
      { name: 'vic', role: 'viewer' },
    ]);
    expect(config.trustProxy).toEqual(['loopback', '10.0.0.0/8', '2001:db8::1']);
  });

  test('is described, variable by variable', () => {
    for (const schema of Object.values(apiEnv.shape)) {
      expect(schema.meta()?.description).toEqual(expect.any(String));
    }
  });
});
