import type { Result } from '../subject.js';
import { median } from './statistics.js';

/** A result with what it comes to: a row of the table. */
export interface Row extends Result {
  readonly ratios: readonly number[];
  readonly ratio: number;
  readonly least: number;
  readonly most: number;
  /** Null where nothing was promised. */
  readonly holds: boolean | null;
}

export function judge(result: Result): Row {
  const ratios = result.ratios ?? result.ours.map((value, round) => value / (result.limit[round] ?? NaN));
  const ratio = median(ratios);
  return {
    ...result,
    ratios,
    ratio,
    least: Math.min(...ratios),
    most: Math.max(...ratios),
    holds: holds(result, ratio),
  };
}

function holds({ bound }: Result, ratio: number): boolean | null {
  if (bound === null) {
    return null;
  }
  return bound.kind === 'at least' ? ratio >= bound.value : ratio <= bound.value;
}
