import type { Database } from '../client.js';
import { sql } from '../sql.js';

/**
 * Claims the fetching of something that several processes want at once, for at most `seconds`.
 *
 * No lock: a claim ends by itself, whatever becomes of its taker, and the worst of losing it is one more request.
 * @returns false where somebody else has it.
 */
export async function takeClaim(db: Database, claim: string, seconds: number): Promise<boolean> {
  const taken = await db.$executeRaw(sql`
    INSERT INTO claims (claim, expires_at) VALUES (${claim}, now() + make_interval(secs => ${seconds}))
    ON CONFLICT (claim) DO UPDATE SET expires_at = excluded.expires_at WHERE claims.expires_at < now()`);
  return taken === 1;
}

/** Keeps a claim that was taken for `seconds` from now on. */
export async function renewClaim(db: Database, claim: string, seconds: number): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE claims SET expires_at = now() + make_interval(secs => ${seconds}) WHERE claim = ${claim}`);
}

/** Ends a claim early, once what it is about is stored. */
export async function dropClaim(db: Database, claim: string): Promise<void> {
  await db.$executeRaw(sql`DELETE FROM claims WHERE claim = ${claim}`);
}
