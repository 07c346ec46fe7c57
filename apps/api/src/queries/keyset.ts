import { emptySql, joinSql, sql, type Sql } from '@hangar-bay/database';
import { STATUS } from './contract-row.js';
import type { Sort } from './contract-sorts.js';

/** A place in an order: the value of the sorted column as text, and the contract that breaks ties. */
export interface Position {
  /** Null: among the rows without a value, which come last. */
  readonly value: string | null;
  readonly contract_id: number;
}

/** Where a page starts, and which way it goes from there. */
export interface Start {
  readonly direction: 'after' | 'before';
  /** Null: from the first row on, or, going back, from the last. */
  readonly position: Position | null;
  /** Whether the row at the position itself belongs to the page. */
  readonly inclusive: boolean;
}

export const FROM_THE_TOP: Start = { direction: 'after', position: null, inclusive: false };

/** All that the page does not reach: the same place, the other way. */
export function oppositeOf({ direction, position, inclusive }: Start): Start {
  return { direction: direction === 'after' ? 'before' : 'after', position, inclusive: !inclusive };
}

/**
 * Selects contract ids with `segment` and `sort_key`, and with `status` and `row_version`, which is another one after
 * each change of the row; in the order of travel.
 *
 * Rows with a value and rows without are segments of their own. Inside each, order and position follow one index,
 * whichever way it is read; with NULLS LAST and an OR in one query they would not. The second is looked at only where
 * the first does not fill the page.
 */
export function selectContractIds(sort: Sort, start: Start, where: Sql, limit: number, offset = 0): Sql {
  const order = orderOf(sort, start);
  const needed = limit + offset;
  const select = (condition: Sql, index: number) => sql`
    SELECT c.contract_id, ${sort.column} AS sort_key, ${index}::int AS segment,
      ${STATUS} AS status, c.xmin::text AS row_version
    FROM contracts c
    WHERE ${where} AND ${condition}
    ORDER BY ${sort.column} ${order}, c.contract_id ${order} LIMIT ${needed}`;
  const [first, second] = segmentsFrom(sort, start);
  const rest =
    second === undefined
      ? emptySql
      : sql`UNION ALL (${select(sql`${second} AND (SELECT count(*) FROM first_segment) < ${needed}`, 1)})`;
  return sql`
    WITH first_segment AS MATERIALIZED (${select(first, 0)})
    SELECT contract_id, sort_key, segment, status, row_version FROM (SELECT * FROM first_segment ${rest}) segments
    ORDER BY segment, sort_key ${order}, contract_id ${order}
    LIMIT ${limit}${offset === 0 ? emptySql : sql` OFFSET ${offset}`}`;
}

/** Whether there is any row from `start` on. */
export function existsFrom(sort: Sort, start: Start, where: Sql): Sql {
  const probes = segmentsFrom(sort, start).map(
    (segment) => sql`EXISTS (SELECT 1 FROM contracts c WHERE ${where} AND ${segment})`,
  );
  return joinSql(probes, ' OR ');
}

/** The direction in which the index is read. */
export function orderOf(sort: Sort, { direction }: Start): Sql {
  return sort.descending === (direction === 'before') ? sql`ASC` : sql`DESC`;
}

/** One or two disjoint conditions, in the order of travel. */
function segmentsFrom(sort: Sort, start: Start): readonly [Sql, Sql?] {
  const { direction, position } = start;
  if (!sort.nullable) {
    return [beyond(sort, start)];
  }
  const withValue = sql`${sort.column} IS NOT NULL`;
  const withoutValue = sql`${sort.column} IS NULL`;
  if (position === null) {
    return direction === 'after' ? [withValue, withoutValue] : [withoutValue, withValue];
  }
  if (position.value === null) {
    const rest = sql`${withoutValue} AND ${beyond(sort, start)}`;
    return direction === 'after' ? [rest] : [rest, withValue];
  }
  return direction === 'after' ? [beyond(sort, start), withoutValue] : [beyond(sort, start)];
}

function beyond(sort: Sort, start: Start): Sql {
  const { position, inclusive } = start;
  if (position === null) {
    return sql`TRUE`;
  }
  const goesUp = sort.descending === (start.direction === 'before');
  const operator = goesUp ? (inclusive ? sql`>=` : sql`>`) : inclusive ? sql`<=` : sql`<`;
  return position.value === null
    ? sql`c.contract_id ${operator} ${position.contract_id}::bigint`
    : sql`(${sort.column}, c.contract_id) ${operator} (${sort.fromText(position.value)}, ${position.contract_id}::bigint)`;
}
