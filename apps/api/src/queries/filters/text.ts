import { sql, type Sql } from '@hangar-bay/database';
import { z } from 'zod';
import { endOf, filter, isIncluded, type FilterScope } from './filter.js';

const MIN_LENGTH = 2;
const MAX_LENGTH = 100;

const searchText = z
  .string()
  // Characters, as OpenAPI counts them, and not UTF-16 units.
  .refine((text) => {
    const length = Array.from(text).length;
    return length >= MIN_LENGTH && length <= MAX_LENGTH;
  }, `must have ${MIN_LENGTH} to ${MAX_LENGTH} characters`)
  .refine((text) => !text.includes('\0'), 'must not contain a NUL character')
  .meta({ minLength: MIN_LENGTH, maxLength: MAX_LENGTH, pattern: '^[^\\u0000]*$' });

export const textFilters = {
  q: filter({
    schema: searchText.optional().meta({
      description:
        'A part of the title, of the name of a ship or another item that the buyer gets, or of the start location; any case',
    }),
    looksBeyond: true,
    where: (text, scope) =>
      scope.withText !== null
        ? // The planner does not see how many: some thousands at the most, and by id in any case.
          sql`c.contract_id = ANY(ARRAY(SELECT unnest(${scope.withText}::bigint[])))`
        : scope.rowByRow
          ? holdsText(text, scope)
          : isFoundBy(text, scope),
  }),
};

/**
 * One set of ids instead of three conditions joined by OR, so that each part can use its own index. Materialized, so
 * that it is found once, however the planner joins it.
 */
function isFoundBy(text: string, scope: FilterScope): Sql {
  return sql`c.contract_id IN (
    WITH found AS MATERIALIZED (${selectFound(sql`${patternOf(text)}`, scope)}) SELECT contract_id FROM found)`;
}

/** Ids of contracts that hold the text of a pattern; some more than once. Those found by the names of items come at once. */
export function selectFound(pattern: Sql, scope: FilterScope): Sql {
  const isInScope = scope.isOutstanding ? sql`visible_since IS NOT NULL AND ended_at IS NULL` : sql`TRUE`;
  return sql`
    SELECT item.contract_id FROM contract_items item
      WHERE ${isIncluded(scope)} AND item.type_id IN (SELECT type_id FROM types WHERE name ILIKE ${pattern})
    UNION ALL
    SELECT contract_id FROM contracts WHERE title <> '' AND title ILIKE ${pattern} AND ${isInScope}
    UNION ALL
    SELECT contract_id FROM contracts
      WHERE start_location_id IN (SELECT location_id FROM locations WHERE name ILIKE ${pattern}) AND ${isInScope}`;
}

/** The same, of one row after the other. Types and locations with the text are found once, and hashed. */
function holdsText(text: string, scope: FilterScope): Sql {
  const pattern = patternOf(text);
  return sql`(c.title ILIKE ${pattern}
    OR (c.start_location_id IN (SELECT location_id FROM locations WHERE name ILIKE ${pattern})) IS TRUE
    OR EXISTS (SELECT FROM contract_items item WHERE item.contract_id = c.contract_id AND ${isIncluded(scope)}
      AND (item.type_id IN (SELECT type_id FROM types WHERE name ILIKE ${pattern})) IS TRUE ${endOf(scope)}))`;
}

/** For ILIKE, whose wildcards stand for themselves in the text. */
export function patternOf(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
