import { z } from 'zod';
import { ExitError } from './exit-error.js';

/** EX_CONFIG of sysexits.h. */
const CONFIGURATION_ERROR = 78;

/** Where the variables come from: `process.env`, or an object in its place. */
export type EnvSource = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that `schema` names, each from a string.
 *
 * An empty value means unset. Every problem is reported at once, by name and with what was expected; values are never
 * repeated, since some are secrets.
 *
 * @throws ExitError with code 78.
 */
export function parseEnv<Schema extends z.ZodType>(schema: Schema, source: EnvSource): z.output<Schema> {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(set);
  if (result.success) {
    return result.data;
  }
  const problems = result.error.issues.map((issue) => {
    const name = String(issue.path[0] ?? 'environment');
    return set[name] === undefined && issue.path.length > 0
      ? `  ${name} is not set: ${issue.message}`
      : `  ${name}: ${issue.message}`;
  });
  throw new ExitError(`The environment is not usable:\n${problems.join('\n')}`, CONFIGURATION_ERROR);
}

/** A whole number given as text. */
export function integer(min: number, max: number) {
  const message = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message));
}

/** A URL with one of the given schemes, such as `postgresql:`. */
export function url(...protocols: string[]) {
  const expected = `expected a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  return z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), expected);
}

/** A comma-separated list of ids. */
export function idList() {
  return z
    .string()
    .regex(/^\s*\d{1,10}\s*(,\s*\d{1,10}\s*)*$/, 'expected ids separated by commas')
    .transform((text) => text.split(',').map(Number));
}
