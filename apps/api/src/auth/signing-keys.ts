import { hkdfSync, randomBytes } from 'node:crypto';

export interface SigningKey {
  readonly kid: string;
  readonly secret: Uint8Array;
}

const MIN_SECRET_BYTES = 32;
/** What separates the key of one purpose from that of another. */
const CURSOR_PURPOSE = 'hangar-bay cursor v1';

/**
 * Reads `AUTH_JWT_KEYS`: `kid:secret`, separated by commas.
 *
 * @returns null where an entry is not of that form, a secret is shorter than 32 bytes, or a kid comes twice.
 */
export function parseSigningKeys(text: string): SigningKey[] | null {
  const keys = text.split(',').map((entry) => {
    const [, kid = '', secret = ''] = /^([\w.-]{1,64}):(.+)$/.exec(entry.trim()) ?? [];
    return { kid, secret: new TextEncoder().encode(secret) };
  });
  const areValid = keys.every(({ kid, secret }) => kid !== '' && secret.length >= MIN_SECRET_BYTES);
  return areValid && new Set(keys.map(({ kid }) => kid)).size === keys.length ? keys : null;
}

/** A key for this process alone: what it signs is worth nothing after a restart. */
export function generateSigningKey(): SigningKey {
  return { kid: 'ephemeral', secret: randomBytes(MIN_SECRET_BYTES) };
}

/** Keys that sign cursors, so that no cursor can pass for a token. */
export function deriveCursorKeys(keys: readonly SigningKey[]): Buffer[] {
  return keys.map(({ secret }) => Buffer.from(hkdfSync('sha256', secret, '', CURSOR_PURPOSE, 32)));
}
