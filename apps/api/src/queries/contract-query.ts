import { joinSql, type Sql } from '@hangar-bay/database';
import {
  IS_VISIBLE,
  whereFilters,
  type ContractFilterValues,
  type WhereOptions,
} from './contract-filters.js';
import type { Sort } from './contract-sorts.js';
import type { Start } from './keyset.js';
import type { Rare } from './rare.js';

/** Which contracts are asked for. */
export interface Selection {
  /** What makes the list, beside the filters. */
  readonly scope: Sql;
  readonly filters: ContractFilterValues;
  readonly rare: Rare;
}

export interface PageQuery extends Selection {
  readonly sort: Sort;
  readonly start: Start;
  readonly limit: number;
  /** Rows to skip from the start. */
  readonly offset: number;
}

/** The conditions on a row `c` of contracts. */
export function whereQuery({ scope, filters, rare }: Selection, options: WhereOptions = {}): Sql {
  const conditions = whereFilters(filters, { ...options, withText: rare.withText });
  return joinSql([IS_VISIBLE, scope, ...conditions], ' AND ');
}
