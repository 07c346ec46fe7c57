import type { Database } from '../client.js';
import { sql } from '../sql.js';

/**
 * Claims the fetching of things that several processes want at once, for at most `seconds`.
 *
 * No lock: a claim ends by itself, whatever becomes of its taker, and the worst of losing it is one more request.
 * @returns those that are not somebody else's.
 */
export async function takeClaims(
  db: Database,
  claims: readonly string[],
  seconds: number,
): Promise<Set<string>> {
  const taken = await db.$queryRaw<{ claim: string }[]>(sql`
    INSERT INTO claims (claim, expires_at)
    SELECT claim, now() + make_interval(secs => ${seconds}) FROM unnest(${claims}::text[]) AS claim ORDER BY claim
    ON CONFLICT (claim) DO UPDATE SET expires_at = excluded.expires_at WHERE claims.expires_at < now()
    RETURNING claim`);
  return new Set(taken.map(({ claim }) => claim));
}

/** Keeps claims that were taken for `seconds` from now on. */
export async function renewClaims(db: Database, claims: readonly string[], seconds: number): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE claims SET expires_at = now() + make_interval(secs => ${seconds})
     WHERE claim = ANY (${claims}::text[])`);
}

/** Ends claims early, once what they are about is stored. */
export async function dropClaims(db: Database, claims: readonly string[]): Promise<void> {
  await db.$executeRaw(sql`DELETE FROM claims WHERE claim = ANY (${claims}::text[])`);
}
