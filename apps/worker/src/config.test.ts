import { describe, expect, test } from '@jest/globals';
import { readWorkerConfig } from './config.js';

const LIVE = {
  DATABASE_URL: 'postgresql://hangar@127.0.0.1/hangar',
  ESI_USER_AGENT: 'hangar-bay/0.1.0 (https://example.org/contact)',
};

function refusal(source: Record<string, string>): string {
  try {
    readWorkerConfig(source);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe("the worker's environment", () => {
  test('needs a database and a contact for ESI', () => {
    expect(readWorkerConfig(LIVE)).toMatchObject({
      databaseUrl: LIVE.DATABASE_URL,
      queueUrl: LIVE.DATABASE_URL,
      regionIds: null,
      shipGroupIds: null,
      esi: { baseUrl: 'https://esi.evetech.net', userAgent: LIVE.ESI_USER_AGENT, maxRequestsPerSecond: 20 },
    });
  });

  test('may choose regions, ship groups and a broker', () => {
    const chosen = {
      ...LIVE,
      REGION_IDS: '10000002,10000043',
      SHIP_GROUP_IDS: '25',
      QUEUE_URL: 'redis://127.0.0.1',
    };
    expect(readWorkerConfig(chosen)).toMatchObject({
      queueUrl: 'redis://127.0.0.1',
      regionIds: [10_000_002, 10_000_043],
      shipGroupIds: new Set([25]),
    });
    expect(readWorkerConfig({ ...LIVE, REGION_IDS: 'all' }).regionIds).toBeNull();
  });

  test.each(['http://127.0.0.1:4000', 'http://localhost:4000', 'http://[::1]:4000'])(
    'needs no contact for a sandbox on this machine: %s',
    (ESI_BASE_URL) => {
      expect(refusal({ DATABASE_URL: LIVE.DATABASE_URL, ESI_BASE_URL, NODE_ENV: 'development' })).toBe('');
    },
  );

  test.each([
    [{ ESI_BASE_URL: 'http://127.0.0.1:4000', ESI_USER_AGENT: '' }],
    [{ ESI_BASE_URL: 'http://localhost', ESI_USER_AGENT: '' }],
    [{ ESI_BASE_URL: 'http://esi-sandbox:4000' }],
    [{ ESI_BASE_URL: 'https://sandbox.example.org' }],
  ])('reads no sandbox in production: %o', (esi) => {
    expect(refusal({ ...LIVE, ...esi })).toContain('  ESI_BASE_URL: in production expected ESI itself');
  });

  test('may ask ESI through a proxy on this machine, which is told who asks', () => {
    expect(refusal({ ...LIVE, ESI_BASE_URL: 'http://127.0.0.1:4000' })).toBe('');
  });

  test('tells all that production does not bear at once, and warns of what it misses', () => {
    const message = refusal({
      ...LIVE,
      ESI_BASE_URL: 'http://esi-sandbox',
      METRICS_TOKEN: 'a'.repeat(20),
      TICK_SECONDS: '0',
    });
    for (const name of ['ESI_BASE_URL', 'METRICS_TOKEN', 'TICK_SECONDS']) {
      expect(message).toContain(`  ${name}: `);
    }
    expect(readWorkerConfig(LIVE).warnings).toEqual([
      expect.stringContaining('METRICS_TOKEN'),
      expect.stringContaining('SENTRY_DSN'),
    ]);
    expect(readWorkerConfig({ ...LIVE, NODE_ENV: 'test' }).warnings).toEqual([]);
  });

  test.each(['curl', 'hangar-bay/0.1.0', 'somebody at example'])(
    'refuses a user agent without a contact: %s',
    (agent) => {
      expect(refusal({ ...LIVE, ESI_USER_AGENT: agent })).toContain(
        'ESI_USER_AGENT: expected a contact in it',
      );
    },
  );

  test.each(['app (ops@example.org)', 'app (+https://example.org)', 'app eve:Some Name', 'discord:someone'])(
    'takes a user agent with a contact: %s',
    (ESI_USER_AGENT) => {
      expect(refusal({ ...LIVE, ESI_USER_AGENT })).toBe('');
    },
  );

  test('names the missing contact together with every other problem', () => {
    const message = refusal({ TICK_SECONDS: '0', REGION_IDS: 'forge', ESI_COMPATIBILITY_DATE: 'today' });
    for (const name of [
      'DATABASE_URL',
      'TICK_SECONDS',
      'REGION_IDS',
      'ESI_COMPATIBILITY_DATE',
      'ESI_USER_AGENT',
    ]) {
      expect(message).toContain(`  ${name}`);
    }
  });

  test('names an unusable address of ESI', () => {
    expect(refusal({ ...LIVE, ESI_BASE_URL: 'esi.example' })).toContain('  ESI_BASE_URL: expected a URL');
    expect(refusal({ DATABASE_URL: LIVE.DATABASE_URL, ESI_BASE_URL: 'esi.example' })).toContain(
      '  ESI_USER_AGENT',
    );
  });

  test('repeats no value', () => {
    expect(refusal({ ESI_BASE_URL: 'https://user:hunter2@esi.example' })).not.toContain('hunter2');
  });
});
