import type { Database } from '../client.js';
import { sql } from '../sql.js';

/** The family of refresh tokens that follow from one sign-in. Tokens are known here by their hashes only. */
export interface NewOperatorSession {
  /** A UUID. */
  readonly session_id: string;
  readonly operator: string;
  /** Hash of what the operator signed in with. */
  readonly credential: string;
  readonly token_hash: string;
  readonly seconds: number;
}

export async function addOperatorSession(db: Database, session: NewOperatorSession): Promise<void> {
  await db.$executeRaw(sql`
    INSERT INTO operator_sessions (session_id, operator, credential, token_hash, expires_at)
    VALUES (${session.session_id}::uuid, ${session.operator}, ${session.credential}, ${session.token_hash},
            now() + make_interval(secs => ${session.seconds}))`);
}

export type SessionEnd = 'signed_out' | 'token_reused' | 'operator_removed' | 'password_changed';

export type Rotation =
  | {
      readonly outcome: 'rotated';
      readonly operator: string;
      readonly credential: string;
      /** Seconds until the session ends. */
      readonly secondsLeft: number;
    }
  /** Ended, revoked, or never there. */
  | { readonly outcome: 'unknown' }
  /** The token was replaced a moment ago, by a request at the same time. Nothing is revoked. */
  | { readonly outcome: 'raced' }
  /** The token was spent before, or made up by somebody who knows the session. The session is revoked. */
  | { readonly outcome: 'reused'; readonly operator: string };

export interface RotationRequest {
  readonly session_id: string;
  readonly token_hash: string;
  readonly next_hash: string;
  /** How long ago the token may have been replaced and still count as raced. */
  readonly graceSeconds: number;
}

/** Replaces the one token that is good by the next. Of several requests with the same token one succeeds. */
export async function rotateOperatorSession(db: Database, request: RotationRequest): Promise<Rotation> {
  const [rotated] = await db.$queryRaw<{ operator: string; credential: string; seconds_left: number }[]>(sql`
    UPDATE operator_sessions
       SET token_hash = ${request.next_hash}, previous_hash = token_hash, rotated_at = now()
     WHERE session_id = ${request.session_id}::uuid AND token_hash = ${request.token_hash}
       AND revoked_at IS NULL AND expires_at > now()
    RETURNING operator, credential, extract(epoch FROM expires_at - now())::float8 AS seconds_left`);
  if (rotated !== undefined) {
    const { operator, credential, seconds_left } = rotated;
    return { outcome: 'rotated', operator, credential, secondsLeft: Math.floor(seconds_left) };
  }
  const [left] = await db.$queryRaw<{ operator: string; raced: boolean }[]>(sql`
    WITH session AS (
      SELECT session_id, operator,
             previous_hash IS NOT DISTINCT FROM ${request.token_hash}
               AND rotated_at > now() - make_interval(secs => ${request.graceSeconds}) AS raced
        FROM operator_sessions
       WHERE session_id = ${request.session_id}::uuid AND revoked_at IS NULL AND expires_at > now()
    ), revoked AS (
      UPDATE operator_sessions SET revoked_at = now(), revoked_for = 'token_reused'
       WHERE session_id IN (SELECT session_id FROM session WHERE NOT raced) AND revoked_at IS NULL
    )
    SELECT operator, raced FROM session`);
  if (left === undefined) {
    return { outcome: 'unknown' };
  }
  return left.raced ? { outcome: 'raced' } : { outcome: 'reused', operator: left.operator };
}

/** @returns whose it was; null where it had ended already. */
export async function revokeOperatorSession(
  db: Database,
  sessionId: string,
  reason: SessionEnd,
): Promise<string | null> {
  const [revoked] = await db.$queryRaw<{ operator: string }[]>(sql`
    UPDATE operator_sessions SET revoked_at = now(), revoked_for = ${reason}
     WHERE session_id = ${sessionId}::uuid AND revoked_at IS NULL AND expires_at > now()
    RETURNING operator`);
  return revoked?.operator ?? null;
}
