import { joinSql, sql, type Sql } from '@hangar-bay/database';
import { DEFAULT_LIMIT } from '../http/pagination.js';
import {
  IS_VISIBLE,
  whereFilters,
  type ContractFilterValues,
  type WhereOptions,
} from './contract-filters.js';
import type { Sort } from './contract-sorts.js';
import type { FilterScope } from './filters/filter.js';
import type { Start } from './keyset.js';
import type { Rare } from './rare.js';

/** Which contracts are asked for. */
export interface Selection {
  /** What makes the list, beside the filters. */
  readonly scope: Sql;
  readonly filters: ContractFilterValues;
  readonly rare: Rare;
  /** As that of FilterScope. */
  readonly places: FilterScope['places'];
}

export interface PageQuery extends Selection {
  readonly sort: Sort;
  readonly start: Start;
  readonly limit: number;
  /** Rows to skip from the start. */
  readonly offset: number;
}

/** Whether a page is as long as most are, and follows another, or is the first. */
export const isUsual = ({ limit, offset }: PageQuery) => limit === DEFAULT_LIMIT && offset === 0;

/** The conditions on a row `c` of contracts. */
export function whereQuery(query: Selection, options: WhereOptions = {}): Sql {
  return joinSql([IS_VISIBLE, query.scope, whereAsked(query, options)], ' AND ');
}

/** Those of the filters alone. */
export function whereAsked({ filters, rare, places }: Selection, options: WhereOptions = {}): Sql {
  const conditions = whereFilters(filters, { ...options, withText: rare.withText, places });
  return conditions.length === 0 ? sql`TRUE` : joinSql(conditions, ' AND ');
}
