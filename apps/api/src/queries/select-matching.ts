import { joinSql, literal, sql, type Sql } from '@hangar-bay/database';
import { asksWidely, whereFilters, type FilterName } from './contract-filters.js';
import { whereQuery, type Selection } from './contract-query.js';

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

/** Whether these conditions leave few rows `c` of contracts. */
export function areFew(where: Sql): Sql {
  return sql`NOT EXISTS (SELECT FROM contracts c WHERE ${where} OFFSET ${literal(FEW)})`;
}

/**
 * Columns of rows `c` that match, up to a number of them, in any order. What may be nearly everything is asked of the
 * rows that the other filters leave, where those are few.
 */
export function selectMatching(
  query: Selection,
  { columns, limit, without = [], and = sql`TRUE` }: MatchingOptions,
): Sql {
  const all = sql`contracts c WHERE ${whereQuery(query, { without })} AND ${and}`;
  const bounded = sql`LIMIT ${literal(limit)}`;
  if (query.rare.withText !== null || !asksWidely(query.filters, { without })) {
    return sql`SELECT ${columns} FROM ${all} ${bounded}`;
  }
  const own = sql`${whereQuery(query, { only: 'own', without })} AND ${and}`;
  const rowByRow = joinSql(whereFilters(query.filters, { rowByRow: true, without }), ' AND ');
  // Only one half is run. OFFSET 0: the other filters come first.
  const isFew = sql`(SELECT few.is_few FROM few)`;
  return sql`
    WITH few AS MATERIALIZED (SELECT ${areFew(own)} AS is_few)
    (SELECT ${columns} FROM (SELECT * FROM contracts c WHERE ${isFew} AND ${own} OFFSET 0) c WHERE ${rowByRow} ${bounded})
    UNION ALL (SELECT ${columns} FROM ${all} AND NOT ${isFew} ${bounded})`;
}
