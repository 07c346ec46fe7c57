import { randomBytes } from 'node:crypto';
import { hashPassword } from '@hangar-bay/api';
import type { EnvSource } from '@hangar-bay/runtime';

export interface Operator {
  readonly name: string;
  readonly password: string;
}

/**
 * Makes what signing in needs, where the caller did not set it: an operator whose password is shown once and lives as
 * long as the process, and a key to sign with. Neither is written anywhere.
 */
export async function makeOperator(env: EnvSource): Promise<{ operator: Operator | null; env: EnvSource }> {
  const keys = env['AUTH_JWT_KEYS'] ?? `start:${randomBytes(32).toString('hex')}`;
  if (env['OPS_USERS'] !== undefined) {
    return { operator: null, env: { ...env, AUTH_JWT_KEYS: keys } };
  }
  const operator = { name: 'operator', password: randomBytes(9).toString('base64url') };
  const user = `${operator.name}:${await hashPassword(operator.password)}:operator`;
  return { operator, env: { ...env, AUTH_JWT_KEYS: keys, OPS_USERS: user } };
}
