import { parsePasswordHash, type PasswordHash } from './password.js';

/** A viewer looks; an operator also acts. */
export const ROLES = ['viewer', 'operator'] as const;
export type Role = (typeof ROLES)[number];

export interface Operator {
  readonly name: string;
  readonly role: Role;
  readonly password: PasswordHash;
}

/**
 * Reads `OPS_USERS`: `name:scrypt-hash[:role]`, separated by commas. Without a role it is `operator`.
 *
 * @returns null where an entry is not of that form, or a name comes twice.
 */
export function parseOperators(text: string): Operator[] | null {
  const operators = text.split(',').map(parseOperator);
  const names = new Set(operators.map((operator) => operator?.name));
  return names.size === operators.length && operators.every((operator) => operator !== null)
    ? operators
    : null;
}

function parseOperator(text: string): Operator | null {
  const [name = '', hashText = '', role = 'operator', ...rest] = text.trim().split(':');
  const password = parsePasswordHash(hashText);
  const isValid = /^[\w.@-]{1,100}$/.test(name) && isRole(role) && rest.length === 0;
  return isValid && password !== null ? { name, role, password } : null;
}

function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
