import { sql, type Database } from '@hangar-bay/database';
import { WINDOW_SECONDS, type RateLimitStore } from './rate-limit-store.js';

const CLEANUP_MS = 60_000;

interface WindowRow {
  readonly client: string;
  readonly requests: number;
  readonly ends_in_ms: number;
}

/** Counts in the table rate_limits: one statement for all clients. */
export function createPostgresStore(db: Database): RateLimitStore {
  let cleanedAt = performance.now();

  async function deleteEnded(): Promise<void> {
    // Waits for no row, so it cannot deadlock with an instance that counts.
    await db.$executeRaw(sql`
      DELETE FROM rate_limits WHERE client IN (
        SELECT client FROM rate_limits WHERE window_ends_at < now() FOR UPDATE SKIP LOCKED)`);
  }

  return {
    async add(requests) {
      // In the order of clients, so that instances never wait for each other in a circle.
      const rows = await db.$queryRaw<WindowRow[]>(sql`
        INSERT INTO rate_limits AS shared (client, requests, window_ends_at)
        SELECT client, requests, now() + make_interval(secs => ${WINDOW_SECONDS})
          FROM unnest(${[...requests.keys()]}::text[], ${[...requests.values()]}::int[]) AS counted (client, requests)
         ORDER BY client
        ON CONFLICT (client) DO UPDATE SET
          requests = excluded.requests + CASE WHEN shared.window_ends_at > now() THEN shared.requests ELSE 0 END,
          window_ends_at = CASE WHEN shared.window_ends_at > now() THEN shared.window_ends_at
                                ELSE excluded.window_ends_at END
        RETURNING client, requests, (extract(epoch FROM window_ends_at - now()) * 1000)::float8 AS ends_in_ms`);
      if (performance.now() - cleanedAt > CLEANUP_MS) {
        cleanedAt = performance.now();
        await deleteEnded();
      }
      return new Map(
        rows.map((row) => [row.client, { requests: row.requests, endsInMs: row.ends_in_ms }] as const),
      );
    },

    // The connections are the API's, which closes them itself.
    close: () => Promise.resolve(),
  };
}
