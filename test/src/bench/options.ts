import { parseArgs } from 'node:util';

export interface Options {
  /** Ids of subjects; empty: all. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Of one side in one round. */
  readonly seconds: number;
  /** Small data and short runs, for those who iterate: the figures are of no other use. */
  readonly quick: boolean;
  /** Runs the apps from their sources, which takes no build and a slower start. */
  readonly source: boolean;
  /** Builds the data anew. */
  readonly fresh: boolean;
  readonly seed: number;
  /** Where the data stays for the next run. */
  readonly data: string;
  readonly results: string;
}

export const USAGE = `Usage: bench [--only B1,B2] [--rounds N] [--seconds N] [--quick] [--source] [--fresh] [--seed N] [--data DIR] [--results DIR]`;

/** @throws Error whose message says what is wrong, for the terminal. */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: '' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      source: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      data: { type: 'string', default: '.data/bench' },
      results: { type: 'string', default: 'bench-results' },
    },
  });
  const { quick, source, fresh, data, results } = values;
  return {
    only: values.only
      .split(',')
      .filter((id) => id !== '')
      .map((id) => id.toUpperCase()),
    rounds: wholeNumber('--rounds', values.rounds ?? (quick ? '3' : '7')),
    seconds: wholeNumber('--seconds', values.seconds ?? (quick ? '1' : '3')),
    quick,
    source,
    fresh,
    seed: wholeNumber('--seed', values.seed),
    data,
    results,
  };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new Error(`${name} expects a whole number from 1, not ${text}\n${USAGE}`);
  }
  return value;
}
