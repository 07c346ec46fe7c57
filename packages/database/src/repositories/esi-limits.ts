import type { Database } from '../client.js';
import { sql } from '../sql.js';

/** What is stored about the limits of one ESI. */
export interface StoredEsiLimits {
  /** Changes with every write. */
  readonly version: string;
  readonly state: unknown;
  /** The database's clock in milliseconds. */
  readonly now: number;
}

/** Reads and replaces what all workers know of the limits of the ESI at `host`, each in one statement and unlocked. */
export function createEsiLimits(db: Database, host: string) {
  async function read(): Promise<StoredEsiLimits> {
    await db.$executeRaw(sql`
      INSERT INTO esi_limits (host, version, state) VALUES (${host}, gen_random_uuid(), '{}')
      ON CONFLICT (host) DO NOTHING`);
    const [stored] = await db.$queryRaw<StoredEsiLimits[]>(sql`
      SELECT version::text, state, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now
        FROM esi_limits WHERE host = ${host}`);
    if (stored === undefined) {
      throw new Error(`The limits of ${host} vanished while they were read`);
    }
    return stored;
  }

  return {
    read,

    /** Writes `state` if the stored version is still `version`; else returns what is stored instead. */
    async swap(version: string, state: object): Promise<StoredEsiLimits & { readonly swapped: boolean }> {
      const [result] = await db.$queryRaw<(StoredEsiLimits & { readonly swapped: boolean })[]>(sql`
        WITH written AS (
          UPDATE esi_limits SET version = gen_random_uuid(), state = ${JSON.stringify(state)}::jsonb
           WHERE host = ${host} AND version = ${version}::uuid
          RETURNING version
        )
        SELECT written.version IS NOT NULL AS swapped, coalesce(written.version, stored.version)::text AS version,
               CASE WHEN written.version IS NULL THEN stored.state END AS state,
               (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now
          FROM esi_limits AS stored LEFT JOIN written ON true
         WHERE stored.host = ${host}`);
      return result ?? { ...(await read()), swapped: false };
    },
  };
}
