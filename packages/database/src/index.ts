export { connectDatabase, type Database, type DatabaseOptions } from './client.js';
export { migrateDatabase } from './migrations/migrate.js';
export { describeMigrationProblem, readMigrationStatus, type MigrationStatus } from './migrations/migration-status.js';
export { emptySql, joinSql, sql, type Sql } from './sql.js';
