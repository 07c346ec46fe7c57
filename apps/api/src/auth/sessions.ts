import { SignJWT, jwtVerify } from 'jose';
import type { Operator } from './operators.js';
import type { SigningKey } from './signing-keys.js';

export const SESSION_SECONDS = 30 * 60;

const ISSUER = 'hangar-bay';
const ALGORITHM = 'HS256';

export interface Sessions {
  /** A token that is good for SESSION_SECONDS. */
  issue(operator: Operator): Promise<string>;
  /** Whose token it is; null where it is forged, expired, or of somebody who is no operator any more. */
  verify(token: string): Promise<Operator | null>;
}

/** Tokens signed by the first key and verified by all, so that a key is rotated without signing anyone out. */
export function createSessions(keys: readonly SigningKey[], operators: readonly Operator[]): Sessions {
  const [signingKey] = keys;
  if (signingKey === undefined) {
    throw new Error('Sessions need at least one key');
  }
  const secretByKid = new Map(keys.map(({ kid, secret }) => [kid, secret]));
  const operatorByName = new Map(operators.map((operator) => [operator.name, operator]));

  return {
    issue({ name }) {
      return new SignJWT()
        .setProtectedHeader({ alg: ALGORITHM, kid: signingKey.kid })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setSubject(name)
        .setIssuedAt()
        .setExpirationTime(`${SESSION_SECONDS}s`)
        .sign(signingKey.secret);
    },

    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, ({ kid = '' }) => secretOf(kid), {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: ISSUER,
          requiredClaims: ['sub', 'exp'],
        });
        // The role is today's, not the one at sign-in.
        return operatorByName.get(payload.sub ?? '') ?? null;
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
