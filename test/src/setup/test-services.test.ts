import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { queryValue, runSql } from './run-sql.js';
import { createTestDatabase } from './test-database.js';
import type { TestDatabase } from './test-database.js';
import { testQueueUrls } from './test-queues.js';

describe('a test database', () => {
  let own: TestDatabase;
  let other: TestDatabase;

  beforeAll(async () => {
    [own, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  });

  afterAll(async () => {
    await Promise.all([own.drop(), other.drop()]);
  });

  test('is migrated, settings included', async () => {
    expect(await queryValue(own.url, `SELECT to_regclass('contracts') IS NOT NULL AS value`)).toBe(true);
    expect(await queryValue(own.url, 'SHOW random_page_cost', 'random_page_cost')).toBe('1.1');
    expect(await queryValue(own.url, 'SHOW jit', 'jit')).toBe('off');
  });

  test('is not shared', async () => {
    await runSql(own.url, 'CREATE TABLE mine (id int)');
    expect(await queryValue(other.url, `SELECT to_regclass('mine') AS value`)).toBeNull();
  });
});

describe('the queue backends', () => {
  test('always hold PostgreSQL', () => {
    expect(testQueueUrls().map(({ backend }) => backend)).toContain('PostgreSQL');
  });

  test.each(testQueueUrls())('give each caller a $backend of its own', async ({ open }) => {
    const [first, second] = await Promise.all([open(), open()]);
    expect(first.url).not.toBe(second.url);
    await Promise.all([isUsable(first.url), isUsable(second.url)]);
    await Promise.all([first.drop(), second.drop()]);
  });
});

async function isUsable(url: string): Promise<void> {
  if (url.startsWith('postgresql:')) {
    expect(await queryValue(url, 'SELECT 1 AS value')).toBe(1);
    return;
  }
  const redis = new Redis(url);
  expect(await redis.dbsize()).toBe(0);
  await redis.quit();
}
