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
  const result = schema.safeParse(dropEmpty(source));
  if (!result.success) {
    throw environmentError(describeProblems(result.error, source));
  }
  return result.data;
}

/**
 * Checks what several schemas read, without using it yet.
 * @throws ExitError with code 78 and the problems of all of them.
 */
export function checkEnv(schemas: readonly z.ZodType[], source: EnvSource): void {
  const problems = schemas.flatMap((schema) => {
    const { error } = schema.safeParse(dropEmpty(source));
    return error ? describeProblems(error, source) : [];
  });
  if (problems.length > 0) {
    throw environmentError([...new Set(problems)]);
  }
}

function dropEmpty(source: EnvSource): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  );
}

function describeProblems(error: z.ZodError, source: EnvSource): string[] {
  return error.issues.map((issue) => {
    const name = String(issue.path[0] ?? 'environment');
    return issue.path.length > 0 && !source[name]
      ? `${name} is not set: ${issue.message}`
      : `${name}: ${issue.message}`;
  });
}

function environmentError(problems: readonly string[]): ExitError {
  const lines = problems.map((problem) => `  ${problem}`).join('\n');
  return new ExitError(`The environment is not usable:\n${lines}`, CONFIGURATION_ERROR);
}

/** A whole number given as text. */
export function integer(min: number, max: number) {
  const message = `expected a whole number from ${min} to ${max}`;
  return z
    .string(message)
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .pipe(z.number().min(min, message).max(max, message));
}

/** A URL with one of the given schemes, such as `postgresql:`. */
export function url(...protocols: string[]) {
  const expected = `expected a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`;
  return z
    .string(expected)
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), expected);
}

/** A comma-separated list of ids. */
export function idList() {
  const message = 'expected ids separated by commas';
  return z
    .string(message)
    .regex(/^\s*\d{1,10}\s*(,\s*\d{1,10}\s*)*$/, message)
    .transform((text) => text.split(',').map(Number));
}
