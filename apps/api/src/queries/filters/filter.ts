import { emptySql, sql, type Sql } from '@hangar-bay/database';
import type { z } from 'zod';
import { idUpTo, listOf, type Parameter } from '../../http/parameters.js';

/** Which contracts the other filters leave, for conditions that look beyond the row of the contract itself. */
export interface FilterScope {
  /** Only what is on offer: its items and titles have small indexes of their own. */
  readonly isOutstanding: boolean;
  /** Whether the condition is to be looked at for one row after the other, of few. Otherwise it may be begun with. */
  readonly rowByRow: boolean;
  /** Whether all that match are looked for, up to a number. Otherwise the first ones in an order, among many. */
  readonly inAnyOrder: boolean;
  /** Ids of the contracts that hold the text that is asked for; null where they are many, or nobody has looked. */
  readonly withText: readonly string[] | null;
  /** Ids of the locations that are asked for by their system; null where none is asked for so, or nobody has looked. */
  readonly places: {
    readonly inSystems: readonly string[] | null;
    readonly withSecurity: readonly string[] | null;
  };
}

/** A filter of the contract lists: a parameter, and what it asks. Null: nothing. */
export interface Filter<Schema extends z.ZodType = z.ZodType> extends Parameter<Schema> {
  /** Of a row `c` of contracts. */
  readonly where?: (value: NonNullable<z.output<Schema>>, scope: FilterScope) => Sql | null;
  /** Whether it looks into items or texts, of which the planner cannot guess how many match. */
  readonly looksBeyond?: boolean;
  /**
   * Of a row `item` of contract_items: one included item has to satisfy all filters that ask something of it. Where `where`
   * asks something too, that is true of exactly the contracts of which some included item satisfies this filter.
   */
  readonly ofItem?: (value: NonNullable<z.output<Schema>>) => Sql | null;
}

export const namesOf = <Filters extends object>(filters: Filters) =>
  Object.keys(filters) as (keyof Filters)[];

/** Keeps the type of the schema. */
export const filter = <Schema extends z.ZodType>(declaration: Filter<Schema>) => declaration;

/** A list of ids. */
export function idsUpTo(max: number, description: string) {
  return {
    schema: listOf(idUpTo(max)).optional().meta({ description }),
    numeric: true,
    repeatable: true,
  } as const;
}

/** What the buyer gets: rows `item` of contract_items, in the words of their indexes' predicates. */
export function isIncluded({ isOutstanding }: FilterScope): Sql {
  return isOutstanding ? sql`item.is_included AND NOT item.ended` : sql`item.is_included`;
}

/** Ends a sub-select of EXISTS: with it, the planner keeps it a question about one row, and makes no join of it. */
export function endOf({ rowByRow }: FilterScope): Sql {
  return rowByRow ? sql`OFFSET 0` : emptySql;
}
