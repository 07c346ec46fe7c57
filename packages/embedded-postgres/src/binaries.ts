import { EmbeddedPostgresError } from './embedded-postgres-error.js';

/** Absolute paths of PostgreSQL's programs. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

interface PlatformPackage {
  initdb: string;
  postgres: string;
  pg_ctl: string;
}

/** Finds the programs in the package for this platform, which the package manager installs as an optional one. */
export async function locateBinaries(): Promise<PostgresBinaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const platformPackage = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const { initdb, postgres, pg_ctl } = (await import(platformPackage)) as PlatformPackage;
    return { initdb, postgres, pgCtl: pg_ctl };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `No PostgreSQL programs for this platform: the package ${platformPackage} is not installed. ` +
        'Install without omitting optional dependencies, or set DATABASE_URL to a PostgreSQL server of your own.',
      { cause },
    );
  }
}
