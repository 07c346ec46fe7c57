import { describe, expect, test } from '@jest/globals';
import { readWorkerConfig } from './config.js';

const LOCAL = {
  NODE_ENV: 'test',
  DATABASE_URL: 'postgresql://127.0.0.1/hangar',
  ESI_BASE_URL: 'http://127.0.0.1:4000',
};
const KEYS = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'hunter2' };
const BUCKET = { ...LOCAL, ARCHIVE_URL: 's3://bucket/prefix' };

function refusal(source: Record<string, string>): string {
  try {
    readWorkerConfig(source);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('the archive', () => {
  test('is nowhere unless it is named; contracts stay for 90 days', () => {
    expect(readWorkerConfig({ ...LOCAL, ...KEYS })).toMatchObject({ retentionDays: 90, archive: null });
  });

  test('may be a folder', () => {
    expect(readWorkerConfig({ ...LOCAL, ARCHIVE_URL: 'file:///var/archive' }).archive).toEqual({
      kind: 'file',
      url: 'file:///var/archive',
      directory: '/var/archive',
    });
  });

  test("may be a bucket at Amazon's, with its region", () => {
    const env = { ...BUCKET, ...KEYS, AWS_REGION: 'eu-north-1', AWS_SESSION_TOKEN: 'token' };
    expect(readWorkerConfig(env).archive).toEqual({
      kind: 's3',
      url: 's3://bucket/prefix',
      bucket: 'bucket',
      prefix: 'prefix',
      access: {
        endpoint: undefined,
        region: 'eu-north-1',
        accessKeyId: 'key',
        secretAccessKey: 'hunter2',
        sessionToken: 'token',
      },
    });
  });

  test("may be a bucket elsewhere, whose region is anybody's", () => {
    const env = { ...BUCKET, ...KEYS, AWS_ENDPOINT_URL: 'http://127.0.0.1:9000' };
    expect(readWorkerConfig(env).archive).toMatchObject({
      access: { endpoint: 'http://127.0.0.1:9000', region: 'us-east-1' },
    });
  });

  test('in a bucket needs keys and a region; all are named at once, with every other problem', () => {
    const message = refusal({ ARCHIVE_URL: 's3://bucket', RETENTION_DAYS: '0' });
    for (const name of [
      'AWS_REGION',
      'AWS_ACCESS_KEY_ID',
      'AWS_SECRET_ACCESS_KEY',
      'DATABASE_URL',
      'RETENTION_DAYS',
    ]) {
      expect(message).toContain(`  ${name}`);
    }
  });

  test.each(['archive', 'https://bucket.example', 's3://key:hunter2@bucket', 'file://other/archive'])(
    'cannot be %s',
    (ARCHIVE_URL) => {
      const message = refusal({ ...LOCAL, ARCHIVE_URL });
      expect(message).toContain('  ARCHIVE_URL: expected file:///folder or s3://bucket/prefix');
      expect(message).not.toContain('hunter2');
      expect(message).not.toContain('AWS_');
    },
  );
});
