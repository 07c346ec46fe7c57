import { describe, expect, test } from '@jest/globals';
import { hashPassword, parsePasswordHash, verifyPassword, type PasswordHash } from './password.js';
import { createSessions } from './sessions.js';
import { createSignInThrottle } from './sign-in-throttle.js';

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

describe('a session', () => {
  const ada = { name: 'ada', role: 'operator', password: {} as PasswordHash } as const;

  test('outlives a rotation of keys, but not the loss of its key', async () => {
    const token = await createSessions([key('a')], [ada]).issue(ada);
    expect(await createSessions([key('b'), key('a')], [ada]).verify(token)).toBe(ada);
    expect(await createSessions([key('b')], [ada]).verify(token)).toBeNull();
  });

  test('ends when its operator is removed, and has the role of today', async () => {
    const token = await createSessions([key('a')], [ada]).issue(ada);
    const viewer = { ...ada, role: 'viewer' } as const;
    expect(await createSessions([key('a')], []).verify(token)).toBeNull();
    expect(await createSessions([key('a')], [viewer]).verify(token)).toBe(viewer);
  });
});

describe('the throttle', () => {
  test('lets an address fail ten times a minute', () => {
    let now = 0;
    const throttle = createSignInThrottle(() => now);
    const take = () => throttle.take('192.0.2.1');
    expect(Array.from({ length: 10 }, take)).toEqual(Array<number>(10).fill(0));
    now = 15_000;
    expect(take()).toBe(45);
    expect(throttle.take('192.0.2.2')).toBe(0);
    now = 60_000;
    expect(take()).toBe(0);
  });

  test('does not count what succeeded', () => {
    const throttle = createSignInThrottle();
    for (let attempt = 0; attempt < 50; attempt += 1) {
      expect(throttle.take('192.0.2.1')).toBe(0);
      throttle.giveBack('192.0.2.1');
    }
  });
});
