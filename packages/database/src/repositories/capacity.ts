import type { Database } from '../client.js';
import { sql } from '../sql.js';

/** How much the database holds, and how near it is to refusing connections. */
export interface DatabaseCapacity {
  /** Of this database on disk, without the server's log. */
  readonly bytes: number;
  /** Of all clients of the server. */
  readonly connections: number;
  /** Beyond it the server refuses whoever is not its administrator. */
  readonly connections_max: number;
}

export async function readDatabaseCapacity(db: Database): Promise<DatabaseCapacity> {
  const [capacity] = await db.$queryRaw<[DatabaseCapacity]>(sql`
    SELECT pg_database_size(current_database())::float8 AS bytes,
           (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int AS connections,
           (SELECT sum(setting::int * CASE name WHEN 'max_connections' THEN 1 ELSE -1 END) FROM pg_settings
             WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections'))::int
             AS connections_max`);
  return capacity;
}
