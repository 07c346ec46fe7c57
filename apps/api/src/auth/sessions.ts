import { randomUUID } from 'node:crypto';
import {
  addOperatorSession,
  recordAudit,
  revokeOperatorSession,
  rotateOperatorSession,
  type Database,
} from '@hangar-bay/database';
import { Problem } from '../http/problem.js';
import { ACCESS_SECONDS, type AccessTokens, type SignedIn } from './access-tokens.js';
import type { Operator } from './operators.js';
import { fingerprint, makeRefreshToken, readRefreshToken } from './refresh-tokens.js';

/** However often it is refreshed: after a week an operator enters the password again. */
const SESSION_SECONDS = 7 * 24 * 3600;

/**
 * Two tabs, or a request that is sent again, may use one refresh token at the same time. So soon after its use the
 * second is told that it came late, and nothing else happens; later it counts as stolen.
 */
const GRACE_SECONDS = 10;

export interface SessionTokens {
  readonly accessToken: string;
  readonly accessSeconds: number;
  readonly refreshToken: string;
  /** Until the session ends. */
  readonly refreshSeconds: number;
}

/** Whatever somebody has who signs out. */
export interface HeldTokens {
  readonly refreshToken: string | undefined;
  readonly accessToken: string | undefined;
}

export interface Sessions {
  /** Begins a session for somebody whose password was right. */
  open(operator: Operator, requestId: string): Promise<SessionTokens>;
  /** Takes a refresh token for the next ones. @throws Problem session_ended, or refresh_raced. */
  refresh(refreshToken: string, requestId: string): Promise<SessionTokens>;
  /** Ends the session of a refresh token, or, where it has none, that of an access token. */
  close(of: HeldTokens, requestId: string): Promise<void>;
  /** Whose access token it is. */
  verify(accessToken: string): Promise<SignedIn | null>;
}

export function createSessions(
  db: Database,
  accessTokens: AccessTokens,
  operators: readonly Operator[],
): Sessions {
  const operatorByName = new Map(operators.map((operator) => [operator.name, operator]));

  return {
    async open(operator, requestId) {
      const next = makeRefreshToken(randomUUID());
      await addOperatorSession(db, {
        session_id: next.sessionId,
        operator: operator.name,
        credential: fingerprint(operator.password),
        token_hash: next.tokenHash,
        seconds: SESSION_SECONDS,
      });
      await note('sign_in', operator.name, next.sessionId, requestId);
      return tokensOf({ operator, sessionId: next.sessionId }, next.text, SESSION_SECONDS);
    },

    async refresh(refreshToken, requestId) {
      const given = readRefreshToken(refreshToken);
      if (given === null) {
        throw sessionEnded();
      }
      const next = makeRefreshToken(given.sessionId);
      const rotation = await rotateOperatorSession(db, {
        session_id: given.sessionId,
        token_hash: given.tokenHash,
        next_hash: next.tokenHash,
        graceSeconds: GRACE_SECONDS,
      });
      switch (rotation.outcome) {
        case 'raced':
          throw new Problem(
            'refresh_raced',
            'This refresh token was used a moment ago. Go on with the tokens of that answer; a browser has them already.',
          );
        case 'reused':
          await note('refresh_token_reused', rotation.operator, given.sessionId, requestId);
          throw sessionEnded();
        case 'unknown':
          throw sessionEnded();
        case 'rotated': {
          const operator = await requireSame(given.sessionId, rotation);
          return tokensOf({ operator, sessionId: given.sessionId }, next.text, rotation.secondsLeft);
        }
      }
    },

    async close({ refreshToken, accessToken }, requestId) {
      const sessionId =
        (refreshToken === undefined ? null : readRefreshToken(refreshToken)?.sessionId) ??
        (accessToken === undefined ? null : (await accessTokens.verify(accessToken))?.sessionId);
      const operator = sessionId ? await revokeOperatorSession(db, sessionId, 'signed_out') : null;
      if (sessionId && operator !== null) {
        await note('sign_out', operator, sessionId, requestId);
      }
    },

    verify: (accessToken) => accessTokens.verify(accessToken),
  };

  async function tokensOf(signedIn: SignedIn, refreshToken: string, refreshSeconds: number) {
    return {
      accessToken: await accessTokens.issue(signedIn),
      accessSeconds: ACCESS_SECONDS,
      refreshToken,
      refreshSeconds,
    };
  }

  /** @throws Problem where OPS_USERS no longer has the operator, or has another password. */
  async function requireSame(
    sessionId: string,
    session: { readonly operator: string; readonly credential: string },
  ): Promise<Operator> {
    const operator = operatorByName.get(session.operator);
    if (operator === undefined) {
      await revokeOperatorSession(db, sessionId, 'operator_removed');
      throw sessionEnded();
    }
    if (fingerprint(operator.password) !== session.credential) {
      await revokeOperatorSession(db, sessionId, 'password_changed');
      throw sessionEnded();
    }
    return operator;
  }

  async function note(action: string, name: string, sessionId: string, requestId: string): Promise<void> {
    const role = operatorByName.get(name)?.role ?? 'none';
    const entry = { operator: name, role, action, target: sessionId, details: {}, request_id: requestId };
    await recordAudit(db, entry, 200);
  }
}

function sessionEnded(): Problem {
  return new Problem('session_ended', 'The session is over, or was ended. Sign in again.');
}
