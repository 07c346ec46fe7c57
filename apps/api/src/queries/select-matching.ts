import { literal, sql, type Sql } from '@hangar-bay/database';
import { asksWhatRowsTell, asksWidely, type FilterName } from './contract-filters.js';
import { whereAsked, whereQuery, type Selection } from './contract-query.js';

/** Counting stops here, so that `total` is never the slow part. */
export const MAX_COUNTED = 10_000;

/** So many more are looked for where no facet looks at all, so that a large list stays one for a while; see LargeLists. */
export const SPARE = 1_000;

/** So many rows can be looked at one by one within some 100 ms. */
export const FEW = 12_000;

export interface MatchingOptions {
  readonly columns: Sql;
  readonly limit: number;
  /** Filters that count as not given. */
  readonly without?: readonly FilterName[];
  /** What is asked besides. */
  readonly and?: Sql;
}

/**
 * Columns of rows `c` that match, up to a number of them, in any order. What may be nearly everything is asked of the
 * rows that the other filters leave, where those are few.
 */
export function selectMatching(
  query: Selection,
  { columns, limit, without = [], and = sql`TRUE` }: MatchingOptions,
): Sql {
  const all = sql`contracts c WHERE ${whereQuery(query, { without, inAnyOrder: true })} AND ${and}`;
  const own = sql`${whereQuery(query, { only: 'own', without, inAnyOrder: true })} AND ${and}`;
  const bounded = sql`LIMIT ${literal(limit)}`;
  if (asksWhatRowsTell(query.filters, { without })) {
    const told = whereAsked(query, { only: 'beyond', rowByRow: true, without });
    // OFFSET 0: what rows tell first, from an index; a condition on items would hide from the planner what that costs.
    return sql`SELECT ${columns} FROM (SELECT * FROM contracts c WHERE ${own} OFFSET 0) c WHERE ${told} ${bounded}`;
  }
  if (query.rare.withText !== null || !asksWidely(query.filters, { without })) {
    return sql`SELECT ${columns} FROM ${all} ${bounded}`;
  }
  const rowByRow = whereAsked(query, { rowByRow: true, without });
  // Only one half is run. OFFSET 0: the other filters come first, and often need no more than an index holds.
  const isFew = sql`(SELECT found.are_few FROM found)`;
  return sql`
    WITH few AS MATERIALIZED (SELECT c.contract_id FROM contracts c WHERE ${own} LIMIT ${literal(FEW + 1)}),
      found AS MATERIALIZED (SELECT NOT EXISTS (SELECT FROM few OFFSET ${literal(FEW)}) AS are_few)
    (SELECT ${columns} FROM few
       CROSS JOIN LATERAL (SELECT * FROM contracts c WHERE c.contract_id = few.contract_id OFFSET 0) c
     WHERE ${isFew} AND ${rowByRow} ${bounded})
    UNION ALL (SELECT ${columns} FROM ${all} AND NOT ${isFew} ${bounded})`;
}
