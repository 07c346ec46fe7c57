import { z } from 'zod';
import { oneAtATime } from './one-at-a-time.js';
import type { Operator } from './operators.js';
import { unmatchableHash, verifyPassword } from './password.js';
import type { SignInThrottle } from './sign-in-throttle.js';

export const credentialsSchema = z
  .object({
    username: z.string().min(1).max(100),
    password: z.string().min(1).max(1_000),
  })
  .meta({ id: 'Credentials' });

export type Credentials = z.output<typeof credentialsSchema>;

export type SignInResult =
  | { readonly outcome: 'signed-in'; readonly operator: Operator }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };

export type SignIn = (credentials: Credentials, address: string) => Promise<SignInResult>;

/** Each takes a fifth of a second of a processor and 32 MiB, which others want too. */
const MAX_WAITING = 20;

/** Checks names and passwords. An unknown name takes the same work as a wrong password. */
export function createSignIn(operators: readonly Operator[], throttle: SignInThrottle): SignIn {
  const operatorByName = new Map(operators.map((operator) => [operator.name, operator]));
  const nobody = unmatchableHash(operators[0]?.password);
  const inTurn = oneAtATime(MAX_WAITING);

  return async ({ username, password }, address) => {
    const retryAfterSeconds = await throttle.take(address);
    if (retryAfterSeconds > 0) {
      return { outcome: 'throttled', retryAfterSeconds };
    }
    const operator = operatorByName.get(username);
    const matches = await inTurn(() => verifyPassword(password, operator?.password ?? nobody));
    if (operator === undefined || !matches) {
      return { outcome: 'refused' };
    }
    await throttle.giveBack(address);
    return { outcome: 'signed-in', operator };
  };
}
