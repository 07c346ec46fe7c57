import { parseArgs, type ParseArgsConfig } from 'node:util';
import { EXIT, OpsError } from './ops-error.js';

/** Empty means unset: such variables are left out. */
export type Env = Readonly<Record<string, string | undefined>>;

/** One command of the line. */
export interface Verb {
  /** One line for the list of all of them. */
  readonly summary: string;
  /** What `--help` prints, from the words after `ops` on. */
  readonly help: string;
  run(args: readonly string[], env: Env): Promise<void>;
}

type Options = NonNullable<ParseArgsConfig['options']>;

type Arguments<Declared extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: Declared; allowPositionals: true; strict: true }>
>;

/**
 * The options of a verb, and what else stands on the line.
 * @throws OpsError with the code for wrong usage.
 */
export function readArguments<Declared extends Options>(
  args: readonly string[],
  options: Declared,
): Arguments<Declared> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw wrongUsage((error as Error).message);
  }
}

/** The options of every verb that asks the API. */
export const API_OPTIONS = { url: { type: 'string' }, json: { type: 'boolean' } } as const;

/** @throws OpsError where there are more words than the verb takes. */
export function requireNoMore(words: readonly string[]): void {
  if (words.length > 0) {
    throw wrongUsage(`Too many words: ${words.join(' ')}.`);
  }
}

export function wrongUsage(message: string): OpsError {
  return new OpsError(message, EXIT.usage);
}
