import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createAccessTokens } from './access-tokens.js';
import { hashPassword, parsePasswordHash, verifyPassword, type PasswordHash } from './password.js';
import { makeRefreshToken, readRefreshToken } from './refresh-tokens.js';

const key = (kid: string) => ({ kid, secret: new TextEncoder().encode(kid.repeat(32)) });

describe('a password', () => {
  test('is known again by its hash, in any Unicode form, and no other is', async () => {
    const stored = parsePasswordHash(await hashPassword('caf\u00e9')) as PasswordHash;
    expect(await verifyPassword('cafe\u0301', stored)).toBe(true);
    expect(await verifyPassword('cafe', stored)).toBe(false);
  });

  test('has another hash each time', async () => {
    expect(await hashPassword('same')).not.toBe(await hashPassword('same'));
  });
});

describe('an access token', () => {
  const ada = { name: 'ada', role: 'operator', password: {} as PasswordHash } as const;
  const signedIn = { operator: ada, sessionId: 'b3ee8b6c-58c2-4bd1-8de1-5d8b6b0f7a11' };

  test('outlives a rotation of keys, but not the loss of its key', async () => {
    const token = await createAccessTokens([key('a')], [ada]).issue(signedIn);
    expect(await createAccessTokens([key('b'), key('a')], [ada]).verify(token)).toEqual(signedIn);
    expect(await createAccessTokens([key('b')], [ada]).verify(token)).toBeNull();
  });

  test('ends when its operator is removed, and has the role of today', async () => {
    const token = await createAccessTokens([key('a')], [ada]).issue(signedIn);
    const viewer = { ...ada, role: 'viewer' } as const;
    expect(await createAccessTokens([key('a')], []).verify(token)).toBeNull();
    expect(await createAccessTokens([key('a')], [viewer]).verify(token)).toEqual({
      ...signedIn,
      operator: viewer,
    });
  });
});

describe('a refresh token', () => {
  test('names its session, and is known by its hash', () => {
    const sessionId = randomUUID();
    const made = makeRefreshToken(sessionId);
    expect(readRefreshToken(made.text)).toEqual({ sessionId, tokenHash: made.tokenHash });
    expect(made.tokenHash).not.toContain(made.text);
    expect(makeRefreshToken(sessionId).text).not.toBe(made.text);
  });

  test.each(['', 'x.y', `${'a'.repeat(22)}.${'b'.repeat(42)}`, `${'a'.repeat(22)}.${'b'.repeat(43)} `])(
    'is not %j',
    (text) => {
      expect(readRefreshToken(text)).toBeNull();
    },
  );
});
