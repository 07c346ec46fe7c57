import { joinSql, sql, type Sql } from '@hangar-bay/database';
import type { z } from 'zod';
import { amountFilters } from './filters/amounts.js';
import { dateFilters } from './filters/dates.js';
import { endOf, isIncluded, type Filter, type FilterScope } from './filters/filter.js';
import { itemFilters } from './filters/items.js';
import { peopleFilters } from './filters/people.js';
import { placeFilters } from './filters/places.js';
import { shipFilters } from './filters/ships.js';
import { stateFilters } from './filters/state.js';
import { textFilters } from './filters/text.js';

/** Served at all: complete, in the words of the indexes' predicates. */
export const IS_VISIBLE = sql`c.visible_since IS NOT NULL`;

/**
 * Every filter of the contract lists. An entry in one of these is all that a new one takes: the routes, the OpenAPI
 * document and the cursors follow.
 */
export const CONTRACT_FILTERS = {
  ...placeFilters,
  ...stateFilters,
  ...shipFilters,
  ...itemFilters,
  ...textFilters,
  ...amountFilters,
  ...peopleFilters,
  ...dateFilters,
};

export type FilterName = keyof typeof CONTRACT_FILTERS;

const DECLARED = Object.entries(CONTRACT_FILTERS) as [FilterName, Filter][];

/**
 * Whether a text is asked for: nearly everything may hold it, and takes as long to find as it is much. Then it is better
 * asked of the rows that the other filters leave, where those are few.
 */
export function asksWidely({ q }: ContractFilterValues, { without = [] }: WhereOptions = {}): boolean {
  return q !== undefined && !without.includes('q');
}

export type ContractFilterValues = {
  readonly [Name in FilterName]: z.output<(typeof CONTRACT_FILTERS)[Name]['schema']>;
};

export interface WhereOptions {
  /** Filters that count as not given. */
  readonly without?: readonly FilterName[];
  /** Only those that look beyond the row, or only the others. */
  readonly only?: 'own' | 'beyond';
  /** As those of FilterScope. */
  readonly rowByRow?: boolean;
  readonly inAnyOrder?: boolean;
  readonly withText?: readonly string[] | null;
  readonly places?: FilterScope['places'];
}

/**
 * The list as it comes, or with no other filters than some: its statements are always the same. With others, which plan is
 * best depends on the values.
 */
export function isUnfiltered(values: ContractFilterValues, but: readonly FilterName[] = []): boolean {
  return (
    values.status === 'outstanding' && givenFilters(values, { without: ['status', ...but] }).length === 0
  );
}

/** What the given filters ask of a row `c` of contracts. */
export function whereFilters(values: ContractFilterValues, options: WhereOptions = {}): Sql[] {
  const { only } = options;
  const scope = scopeOf(values, options);
  const ofContract = givenFilters(values, options).flatMap(([{ where, looksBeyond = false }, value]) =>
    only === undefined || (only === 'beyond') === looksBeyond ? (where?.(value, scope) ?? []) : [],
  );
  return only === 'own' ? ofContract : [...ofContract, ...whereIncluded(values, options)];
}

/** Whether any filter looks beyond the contract's own row. */
export function looksBeyond(values: ContractFilterValues): boolean {
  return whereFilters(values, { only: 'beyond' }).length > 0;
}

/** Whether all that is asked beyond the row is that one item is several things, of each of which the row tells. */
export function asksWhatRowsTell(values: ContractFilterValues, options: WhereOptions = {}): boolean {
  const asksElsewhere = givenFilters(values, options).some(([{ looksBeyond }]) => looksBeyond);
  const asked = itemFiltersOf(values, options);
  return !asksElsewhere && asked.length > 1 && doesRowTell(asked);
}

/** That one included item satisfies all item filters, as far as the row of the contract does not tell. */
function whereIncluded(values: ContractFilterValues, options: WhereOptions): Sql[] {
  const scope = scopeOf(values, options);
  const asked = itemFiltersOf(values, options);
  const rowTells = doesRowTell(asked);
  if (rowTells && asked.length <= 1) {
    return [];
  }
  const conditions = joinSql([isIncluded(scope), ...whereItem(values, options)], ' AND ');
  const end = endOf({ ...scope, rowByRow: scope.rowByRow || rowTells });
  // What the row tells leaves few whose items have to be looked at: one by one, never all items at once.
  const exists = sql`EXISTS (SELECT FROM contract_items item
    WHERE item.contract_id = c.contract_id AND ${conditions} ${end})`;
  // Where a contract has one included item, what its row tells is of that one.
  return [rowTells ? sql`(NOT c.contains_additional_items OR ${exists})` : exists];
}

const itemFiltersOf = (values: ContractFilterValues, options: WhereOptions) =>
  givenFilters(values, options).filter(([{ ofItem }, value]) => ofItem?.(value));

const doesRowTell = (asked: readonly (readonly [Filter, never])[]) =>
  asked.every(([{ where }]) => where !== undefined);

/** What the given item filters ask of one row `item` of contract_items, beside being included. */
export function whereItem(values: ContractFilterValues, options: WhereOptions = {}): Sql[] {
  return givenFilters(values, options).flatMap(([{ ofItem }, value]) => ofItem?.(value) ?? []);
}

const NO_PLACES = { inSystems: null, withSecurity: null };

export function scopeOf(
  { status }: ContractFilterValues,
  {
    without = [],
    rowByRow = false,
    inAnyOrder = false,
    withText = null,
    places = NO_PLACES,
  }: WhereOptions = {},
): FilterScope {
  const isOutstanding = status === 'outstanding' && !without.includes('status');
  return { isOutstanding, rowByRow, inAnyOrder, withText, places };
}

/** Each with its value, which the schema of the same declaration has read. */
function givenFilters(
  values: ContractFilterValues,
  { without = [] }: WhereOptions,
): (readonly [Filter, never])[] {
  return DECLARED.flatMap(([name, declared]) => {
    const value: unknown = values[name];
    const isGiven = value !== undefined && value !== null && !without.includes(name);
    return isGiven ? [[declared, value as never] as const] : [];
  });
}
