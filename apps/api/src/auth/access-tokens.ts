import { SignJWT, jwtVerify } from 'jose';
import type { Operator } from './operators.js';
import type { SigningKey } from './signing-keys.js';

export const ACCESS_SECONDS = 30 * 60;

const ISSUER = 'hangar-bay';
const ALGORITHM = 'HS256';

export interface SignedIn {
  readonly operator: Operator;
  readonly sessionId: string;
}

export interface AccessTokens {
  /** A token that is good for ACCESS_SECONDS. */
  issue(signedIn: SignedIn): Promise<string>;
  /** Whose token it is; null where it is forged, expired, or of somebody who is no operator any more. */
  verify(token: string): Promise<SignedIn | null>;
}

/** Tokens signed by the first key and verified by all, so that a key is rotated without signing anyone out. */
export function createAccessTokens(
  keys: readonly SigningKey[],
  operators: readonly Operator[],
): AccessTokens {
  const [signingKey] = keys;
  if (signingKey === undefined) {
    throw new Error('Access tokens need at least one key');
  }
  const secretByKid = new Map(keys.map(({ kid, secret }) => [kid, secret]));
  const operatorByName = new Map(operators.map((operator) => [operator.name, operator]));

  return {
    issue({ operator, sessionId }) {
      return new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, kid: signingKey.kid })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setSubject(operator.name)
        .setIssuedAt()
        .setExpirationTime(`${ACCESS_SECONDS}s`)
        .sign(signingKey.secret);
    },

    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, ({ kid = '' }) => secretOf(kid), {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: ISSUER,
          requiredClaims: ['sub', 'exp', 'sid'],
        });
        // The role is today's, not the one at sign-in.
        const operator = operatorByName.get(payload.sub ?? '');
        return operator === undefined ? null : { operator, sessionId: String(payload['sid']) };
      } catch {
        return null;
      }
    },
  };

  function secretOf(kid: string): Uint8Array {
    const secret = secretByKid.get(kid);
    if (secret === undefined) {
      throw new Error('The token names a key that is not known');
    }
    return secret;
  }
}
