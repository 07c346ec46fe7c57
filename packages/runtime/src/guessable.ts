/** What stands in examples and templates, and is forgotten there. */
const PLACEHOLDER = /change.?me|replace.?me|your.?secret|placeholder|example|password|insecure|default/i;
const FEW_CHARACTERS = 8;

/** Whether a secret is one that is tried first: a placeholder, or a few characters over and over. */
export function isGuessable(secret: string): boolean {
  return PLACEHOLDER.test(secret) || new Set(secret).size < FEW_CHARACTERS;
}

/** For `refine`: the token that opens `/metrics` to a network is worth guessing. */
export const unguessableMetricsToken: [
  holds: (env: { NODE_ENV: string; METRICS_TOKEN?: unknown }) => boolean,
  options: { path: string[]; message: string; when: () => boolean },
] = [
  ({ NODE_ENV, METRICS_TOKEN: token }) =>
    NODE_ENV !== 'production' || typeof token !== 'string' || !isGuessable(token),
  {
    path: ['METRICS_TOKEN'],
    message: 'in production expected a token that nobody guesses, such as one made by "openssl rand -hex 16"',
    // Also where other variables are not usable: all problems are told at once.
    when: () => true,
  },
];
