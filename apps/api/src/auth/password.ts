import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** A stored password: `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
export interface PasswordHash {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** 32 MiB and a fifth of a second or so: OWASP's second choice, which leaves a small container its memory. */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const HASH_BYTES = 32;
const TEXT = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([\w-]{16,200})\$([\w-]{16,200})$/;

/** The text that `OPS_USERS` takes for this password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await deriveHash(password, { ...COST, salt, hash: Buffer.alloc(HASH_BYTES) });
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Reads what `hashPassword` wrote, or returns null where the text is none of that or asks for absurd work. */
export function parsePasswordHash(text: string): PasswordHash | null {
  const [, N, r, p, salt, hash] = TEXT.exec(text) ?? [];
  if (salt === undefined || hash === undefined) {
    return null;
  }
  const cost = { N: Number(N), r: Number(r), p: Number(p) };
  const isPowerOfTwo = cost.N >= 2 && Number.isInteger(Math.log2(cost.N));
  const isAffordable = 128 * cost.N * cost.r <= 2 ** 28 && cost.r >= 1 && cost.p >= 1 && cost.p <= 16;
  return isPowerOfTwo && isAffordable
    ? { ...cost, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') }
    : null;
}

/** Compares in constant time. */
export async function verifyPassword(password: string, stored: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await deriveHash(password, stored), stored.hash);
}

/** A hash that no password has, for doing the same work when there is nobody to compare with. */
export function unmatchableHash(like?: PasswordHash): PasswordHash {
  const { N, r, p } = like ?? COST;
  return { N, r, p, salt: randomBytes(16), hash: randomBytes(like?.hash.length ?? HASH_BYTES) };
}

function deriveHash(password: string, { N, r, p, salt, hash }: PasswordHash): Promise<Buffer> {
  return derive(password.normalize('NFKC'), salt, hash.length, { N, r, p, maxmem: 256 * N * r });
}
