import type { Database } from '../client.js';
import { sql } from '../sql.js';

export interface FailureWindow {
  readonly max: number;
  readonly seconds: number;
}

/**
 * Counts an attempt as failed before it is made, for all API instances together.
 *
 * @returns 0, or the seconds to wait where this address has failed too often.
 */
export async function takeSignInAttempt(
  db: Database,
  address: string,
  { max, seconds }: FailureWindow,
): Promise<number> {
  const taken = await db.$executeRaw(sql`
    INSERT INTO sign_in_failures AS known (address, started_at, failures) VALUES (${address}, now(), 1)
    ON CONFLICT (address) DO UPDATE SET
      started_at = CASE WHEN known.started_at <= now() - make_interval(secs => ${seconds})
                        THEN now() ELSE known.started_at END,
      failures = CASE WHEN known.started_at <= now() - make_interval(secs => ${seconds})
                      THEN 1 ELSE known.failures + 1 END
    WHERE known.failures < ${max} OR known.started_at <= now() - make_interval(secs => ${seconds})`);
  if (taken === 1) {
    return 0;
  }
  const [row] = await db.$queryRaw<{ wait: number }[]>(sql`
    SELECT extract(epoch FROM started_at + make_interval(secs => ${seconds}) - now())::float8 AS wait
      FROM sign_in_failures WHERE address = ${address}`);
  return Math.max(1, Math.ceil(row?.wait ?? 1));
}

/** The attempt succeeded after all. */
export async function giveBackSignInAttempt(db: Database, address: string): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE sign_in_failures SET failures = failures - 1 WHERE address = ${address} AND failures > 0`);
}
