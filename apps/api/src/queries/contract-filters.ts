import { CONTRACT_TYPES } from '@hangar-bay/domain';
import { sql, type Sql } from '@hangar-bay/database';
import { z } from 'zod';
import { idUpTo, listOf, type Parameter } from '../http/parameters.js';
import { isOneOf } from './is-one-of.js';
import { INT32_MAX, ISK_MAX } from './limits.js';
import { matchesText } from './text-search.js';

/** A filter of the contract lists: the parameter and what it asks of a row `c` of contracts. */
export interface Filter<Schema extends z.ZodType = z.ZodType> extends Parameter<Schema> {
  readonly where: (value: NonNullable<z.output<Schema>>) => Sql;
}

const filter = <Schema extends z.ZodType>(declaration: Filter<Schema>) => declaration;

const CONTRACT_STATUSES = ['outstanding', 'expired', 'gone', 'any'] as const;

/** Served at all: complete, in the words of the indexes' predicates. */
export const IS_VISIBLE = sql`c.visible_since IS NOT NULL`;

const WHERE_STATUS: Readonly<Record<(typeof CONTRACT_STATUSES)[number], Sql>> = {
  outstanding: sql`c.gone_at IS NULL AND c.date_expired > now()`,
  expired: sql`c.gone_at IS NULL AND c.date_expired <= now()`,
  gone: sql`c.gone_at IS NOT NULL`,
  any: sql`TRUE`,
};

const iskAmount = z
  .number('must be a number')
  .min(0, 'must be at least 0')
  .max(ISK_MAX, `must be at most ${ISK_MAX}`);

const searchText = z
  .string()
  // Characters, as OpenAPI counts them, and not UTF-16 units.
  .refine((text) => isBetween(Array.from(text).length, 2, 100), 'must have 2 to 100 characters')
  .refine((text) => !text.includes('\0'), 'must not contain a NUL character')
  .meta({ minLength: 2, maxLength: 100, pattern: '^[^\\u0000]*$' });

/**
 * Every filter of the contract lists. An entry here is all that a new one takes: the routes, the OpenAPI document and
 * the cursors follow.
 */
export const CONTRACT_FILTERS = {
  region_id: filter({
    schema: listOf(idUpTo(INT32_MAX))
      .optional()
      .meta({ description: 'Regions whose list holds the contract' }),
    numeric: true,
    repeatable: true,
    where: (ids) => isOneOf(sql`c.region_id`, ids),
  }),
  type: filter({
    schema: listOf(z.enum(CONTRACT_TYPES, `must be one of ${CONTRACT_TYPES.join(', ')}`))
      .optional()
      .meta({ description: 'Types of contract' }),
    repeatable: true,
    where: (types) => sql`c.type = ANY(${types}::contract_type[])`,
  }),
  ship_type_id: filter({
    schema: listOf(idUpTo(INT32_MAX))
      .optional()
      .meta({ description: 'Types of the ship, where the contract sells exactly one row of a ship type' }),
    numeric: true,
    repeatable: true,
    where: (ids) => sql`c.ship_row_count = 1 AND ${isOneOf(sql`c.ship_type_id`, ids)}`,
  }),
  min_price: filter({
    schema: iskAmount.optional().meta({ description: 'ISK; leaves out contracts without a price' }),
    numeric: true,
    where: (isk) => sql`c.price >= ${String(isk)}::numeric`,
  }),
  max_price: filter({
    schema: iskAmount.optional().meta({ description: 'ISK; leaves out contracts without a price' }),
    numeric: true,
    where: (isk) => sql`c.price <= ${String(isk)}::numeric`,
  }),
  q: filter({
    schema: searchText.optional().meta({
      description:
        'A part of the title, of the name of an item that the buyer gets, or of the start location; any case',
    }),
    where: matchesText,
  }),
  status: filter({
    schema: z
      .enum(CONTRACT_STATUSES, `must be one of ${CONTRACT_STATUSES.join(', ')}`)
      .default('outstanding')
      .meta({
        description:
          '`outstanding`: on offer; `expired`: past `date_expired`; `gone`: left the list before that (accepted or deleted: ESI does not say which)',
      }),
    where: (status) => WHERE_STATUS[status],
  }),
};

export type ContractFilterValues = {
  readonly [Name in keyof typeof CONTRACT_FILTERS]: z.output<(typeof CONTRACT_FILTERS)[Name]['schema']>;
};

/** The conditions of the filters that are given. */
export function whereFilters(values: ContractFilterValues): Sql[] {
  return Object.entries(CONTRACT_FILTERS as Record<string, Filter>).flatMap(([name, { where }]) => {
    const value: unknown = values[name as keyof ContractFilterValues];
    return value === undefined || value === null ? [] : [where(value)];
  });
}

function isBetween(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}
