import type { PostgresBinaries } from './binaries.js';
import type { ServerAccount } from './server-account.js';

/** One PostgreSQL data directory and the means to work on it. */
export interface Cluster {
  /** Absolute path. */
  dataDir: string;
  binaries: PostgresBinaries;
  account: ServerAccount;
}

/** PostgreSQL's superuser, and the database that everything is in. */
export const USER_NAME = 'hangar_bay';
export const DATABASE_NAME = 'hangar_bay';
