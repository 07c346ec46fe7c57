export { EmbeddedPostgresError } from './embedded-postgres-error.js';
export { MEASURED_SETTINGS } from './measured-settings.js';
export { startEmbeddedPostgres } from './start-embedded-postgres.js';
export type { EmbeddedPostgres, EmbeddedPostgresOptions } from './start-embedded-postgres.js';
