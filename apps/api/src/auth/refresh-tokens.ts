import { hash, randomBytes } from 'node:crypto';
import type { PasswordHash } from './password.js';

/** A refresh token: its session, in the form of a UUID, and the hash under which the session knows it. */
export interface RefreshToken {
  readonly sessionId: string;
  readonly tokenHash: string;
}

const SECRET_BYTES = 32;
/** `<session>.<secret>`, 16 and 32 bytes in base64url. */
const TEXT = /^([\w-]{22})\.[\w-]{43}$/;

/** A new token of a session. The text goes to the operator and is kept nowhere. */
export function makeRefreshToken(sessionId: string): RefreshToken & { readonly text: string } {
  const session = Buffer.from(sessionId.replaceAll('-', ''), 'hex').toString('base64url');
  const text = `${session}.${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { sessionId, tokenHash: hashToken(text), text };
}

/** @returns null where the text is no token. */
export function readRefreshToken(text: string): RefreshToken | null {
  const [, session] = TEXT.exec(text) ?? [];
  if (session === undefined) {
    return null;
  }
  const hex = Buffer.from(session, 'base64url').toString('hex');
  const sessionId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { sessionId, tokenHash: hashToken(text) };
}

/** Tells whether a password is still the one that a session began with, and nothing of the password. */
export function fingerprint({ salt, hash: derived }: PasswordHash): string {
  return hash('sha256', Buffer.concat([salt, derived]), 'base64url');
}

/** No salt, and no slow hash: the secret is random and long. */
function hashToken(text: string): string {
  return hash('sha256', text, 'base64url');
}
