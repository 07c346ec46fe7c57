import type { Stage } from './stage/stage.js';

/** A promise on the median of the ratios. */
export interface Bound {
  readonly kind: 'at least' | 'at most';
  readonly value: number;
}

/** What one subject is beside its limit: a row of the table. */
export interface Result {
  readonly subject: string;
  readonly what: string;
  readonly beside: string;
  readonly unit: string;
  /** One value a round, in `unit`; ours and the limit's of the same round at the same index. */
  readonly ours: readonly number[];
  readonly limit: readonly number[];
  /** Ours ÷ limit, one a round; given where it is not just that. */
  readonly ratios?: readonly number[];
  /** Null: the figures are shown, and nothing is promised of them. */
  readonly bound: Bound | null;
  /** What explains the figures; goes to the JSON file, and its lines under the table. */
  readonly notes?: readonly string[];
  readonly details?: unknown;
}

export interface Subject {
  readonly id: string;
  readonly title: string;
  measure(stage: Stage): Promise<Result[]>;
}
