import { hash } from 'node:crypto';
import type { Encoding } from './accepted-encoding.js';

const TAG = /(?:W\/)?"[^"]*"/g;

/** Names a body by what is in it, so that all instances say the same. */
export function hashBody(body: Buffer): string {
  return hash('sha256', body, 'base64url').slice(0, 22);
}

/** Strong, and of one encoding: the bytes of another differ. */
export function entityTag(bodyHash: string, encoding: Encoding | null): string {
  return encoding === null ? `"${bodyHash}"` : `"${bodyHash}-${encoding}"`;
}

/** Whether an If-None-Match holds the tag, or is `*`. Weak tags count too: proxies make them. */
export function matchesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) {
    return false;
  }
  if (ifNoneMatch === tag || ifNoneMatch.trim() === '*') {
    return true;
  }
  return (ifNoneMatch.match(TAG) ?? []).some((given) => given.replace(/^W\//, '') === tag);
}
