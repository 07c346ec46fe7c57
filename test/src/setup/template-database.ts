import { migrateDatabase } from '@hangar-bay/database';
import { runSql } from './run-sql.js';
import { TEMPLATE_DATABASE } from './test-services.js';
import { withDatabase } from './with-database.js';

/** Migrates one database, once per test run; test databases are copies of it. */
export async function createTemplateDatabase(adminUrl: string): Promise<void> {
  await runSql(adminUrl, `CREATE DATABASE ${TEMPLATE_DATABASE}`);
  await migrateDatabase(withDatabase(adminUrl, TEMPLATE_DATABASE));
}
