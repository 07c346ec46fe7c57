import { randomUUID } from 'node:crypto';
import { copyDatabase } from './copy-database.js';
import { runSql } from './run-sql.js';
import { TEMPLATE_DATABASE, testServices } from './test-services.js';

export interface TestDatabase {
  url: string;
  /** Drops the database and ends its sessions, if any are left. */
  drop(): Promise<void>;
}

/** A migrated database that nobody else uses: one per test file. */
export function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(TEMPLATE_DATABASE);
}

/** A database without tables. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0');
}

async function createDatabase(template: string): Promise<TestDatabase> {
  const { adminUrl } = testServices();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  return {
    url: await copyDatabase(adminUrl, { from: template, to: name }),
    async drop() {
      await runSql(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}
