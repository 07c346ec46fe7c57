import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { checkEnv, idList, integer, parseEnv, url, type EnvSource } from './env.js';
import { ExitError } from './exit-error.js';
import { databaseSettings, logSettings, nodeSettings, port, queueSettings } from './settings.js';

const SCHEMA = z.object({
  ...nodeSettings,
  ...databaseSettings,
  ...queueSettings,
  ...logSettings,
  PORT: port().default(3000),
  REGION_IDS: idList().optional(),
});
const DATABASE_URL = 'postgresql://hangar:hunter2@127.0.0.1:5432/hangar';

function refusal(source: EnvSource): ExitError {
  try {
    parseEnv(SCHEMA, source);
  } catch (error) {
    if (error instanceof ExitError) {
      return error;
    }
    throw error;
  }
  throw new Error('The environment was taken.');
}

describe('a usable environment', () => {
  test('needs only what has no default', () => {
    expect(parseEnv(SCHEMA, { DATABASE_URL })).toEqual({
      NODE_ENV: 'production',
      DATABASE_URL,
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
      PORT: 3000,
    });
  });

  test('has its values read from text', () => {
    const source = {
      DATABASE_URL,
      PORT: '0',
      REGION_IDS: ' 10000002, 10000043 ,10000030',
      LOG_LEVEL: 'debug',
    };
    expect(parseEnv(SCHEMA, source)).toMatchObject({
      PORT: 0,
      REGION_IDS: [10_000_002, 10_000_043, 10_000_030],
      LOG_LEVEL: 'debug',
    });
  });

  test('may hold empty variables, which are unset, and variables of others', () => {
    const source = {
      DATABASE_URL,
      PORT: '',
      LOG_LEVEL: '',
      QUEUE_URL: '',
      REGION_IDS: undefined,
      HOME: '/root',
    };
    expect(parseEnv(SCHEMA, source)).toEqual(parseEnv(SCHEMA, { DATABASE_URL }));
  });
});

describe('an environment that is not usable', () => {
  test('is refused with the code of a configuration error', () => {
    expect(refusal({}).exitCode).toBe(78);
  });

  test('is told with every problem at once, each by name and with what was expected', () => {
    const { message } = refusal({
      NODE_ENV: 'staging',
      QUEUE_URL: 'amqp://broker',
      LOG_LEVEL: 'loud',
      PORT: '70000',
      REGION_IDS: 'the forge',
    });
    expect(message.split('\n')).toEqual([
      'The environment is not usable:',
      '  NODE_ENV: expected production, development or test',
      '  DATABASE_URL is not set: expected a URL that starts with postgresql:// or postgres://',
      '  QUEUE_URL: expected a URL that starts with redis:// or rediss:// or postgresql:// or postgres://',
      '  LOG_LEVEL: expected error, warn, info or debug',
      '  PORT: expected a whole number from 0 to 65535',
      '  REGION_IDS: expected ids separated by commas',
    ]);
  });

  test('is told as not set where a variable is empty', () => {
    expect(refusal({ DATABASE_URL: '' }).message).toContain('DATABASE_URL is not set');
  });

  test('is told without its values, since some are secrets', () => {
    const secrets = {
      DATABASE_URL: 'mysql://root:hunter2@db',
      QUEUE_URL: 'hunter2',
      PORT: 'hunter2',
      LOG_LEVEL: 'hunter2',
    };
    expect(refusal(secrets).message).not.toContain('hunter2');
  });
});

describe('several schemas checked together', () => {
  const first = z.object({ PORT: port(), ...databaseSettings });
  const second = z.object({ PORT: port(), LOG_LEVEL: logSettings.LOG_LEVEL });

  test('tell the problems of all of them, each once', () => {
    const check = (): void => checkEnv([first, second], { PORT: 'eighty', LOG_LEVEL: 'loud' });
    expect(check).toThrow(ExitError);
    expect(check).toThrow(
      [
        'The environment is not usable:',
        '  PORT: expected a whole number from 0 to 65535',
        '  DATABASE_URL is not set: expected a URL that starts with postgresql:// or postgres://',
        '  LOG_LEVEL: expected error, warn, info or debug',
      ].join('\n'),
    );
  });

  test('are fine where each one is', () => {
    expect(() => checkEnv([first, second], { PORT: '80', DATABASE_URL })).not.toThrow();
  });
});

describe('a value', () => {
  test.each(['-1', '1.5', '1e3', '0x10', ' 5', '5 ', 'five', '101', '9'.repeat(20)])(
    'is no number up to 100: %p',
    (text) => {
      expect(integer(0, 100).safeParse(text).success).toBe(false);
    },
  );

  test.each(['0', '007', '100'])('is a number up to 100: %p', (text) => {
    expect(integer(0, 100).parse(text)).toBe(Number(text));
  });

  test.each(['', ',', '1,', '1,,2', '1;2', '-1', '12345678901'])('is no list of ids: %p', (text) => {
    expect(idList().safeParse(text).success).toBe(false);
  });

  test.each(['https//esi.example', 'esi.example', 'ftp://esi.example', 'javascript:alert(1)'])(
    'is no URL of the web: %p',
    (text) => {
      expect(url('https:', 'http:').safeParse(text).success).toBe(false);
    },
  );
});
