import { emptySql, joinSql, literal, sql, type Sql } from '@hangar-bay/database';
import { STATUS } from './contract-row.js';
import type { Sort } from './contract-sorts.js';
import type { Start } from './keyset.js';

/** Which contracts match. */
export interface Matching {
  readonly where: Sql;
  /** Of each segment only so many rows that match `where` are looked at. Null: those of the page, which are read at once. */
  readonly reach: Reach | null;
}

/** The first rows in the order. */
export interface Reach {
  readonly rows: number;
  /** What else is asked of each. */
  readonly rowByRow?: Sql;
}

/**
 * Contract ids with `segment` and `sort_key`, and with `status` and `row_version`, which is another one after each
 * change of the row: as many as needed, as the parts `first_segment` and, where there is one, `second_segment` of a WITH
 * clause.
 *
 * Rows with a value and rows without are segments of their own. Inside each, order and position follow one index,
 * whichever way it is read; with NULLS LAST and an OR in one query they would not. The second is looked at only where
 * the first is not enough.
 */
export function segmentsWith(sort: Sort, start: Start, { where, reach }: Matching, needed: number): Sql[] {
  const order = orderOf(sort, start);
  const byColumn = sql`ORDER BY ${sort.column} ${order}, c.contract_id ${order}`;
  const enough = sql`LIMIT ${literal(needed)}`;
  return segmentsFrom(sort, start).map(({ name, near, condition }, index) => {
    const isNeeded = index === 0 ? sql`TRUE` : sql`(SELECT count(*) FROM first_segment) < ${literal(needed)}`;
    const rows = sql`${condition} AND ${isNeeded} AND ${where}`;
    const select = sql`SELECT c.contract_id, ${sort.column} AS sort_key, ${literal(index)} AS segment,
      ${STATUS} AS status, c.xmin::text AS row_version`;
    if (reach === null) {
      return sql`${name} AS MATERIALIZED (${select} FROM contracts c WHERE ${rows} ${byColumn} ${enough})`;
    }
    const found =
      reach.rowByRow === undefined
        ? sql`(SELECT * FROM ${near} ORDER BY sort_key ${order}, contract_id ${order} ${enough}) found
          JOIN contracts c ON c.contract_id = found.contract_id`
        : // OFFSET 0: one by one, whatever else could be begun with.
          sql`${near} found
          JOIN LATERAL (SELECT c.*, c.xmin FROM contracts c WHERE c.contract_id = found.contract_id OFFSET 0) c ON TRUE
          WHERE ${reach.rowByRow} ORDER BY found.sort_key ${order}, found.contract_id ${order} ${enough}`;
    // What is filtered and sorted often needs no more than an index holds; rows are read of those that are left.
    return sql`
      ${near} AS MATERIALIZED (
        SELECT c.contract_id, ${sort.column} AS sort_key FROM contracts c WHERE ${rows} ${byColumn}
        LIMIT ${literal(reach.rows)}),
      ${name} AS MATERIALIZED (${select} FROM ${found})`;
  });
}

/**
 * Beside segmentsWith: whether all rows that are needed are among so many first ones. Where a segment has more than
 * were looked at, those come before what the next one has.
 */
export function areSegmentsComplete(sort: Sort, start: Start, rows: number, needed: number): Sql {
  const segments = segmentsFrom(sort, start);
  return segments.reduceRight(
    (isRestComplete, { near }, index) => {
      const counts = segments.slice(0, index + 1).map(({ name }) => sql`(SELECT count(*) FROM ${name})`);
      const isWithin = sql`(SELECT count(*) FROM ${near}) < ${literal(rows)}`;
      return sql`(${joinSql(counts, ' + ')} >= ${literal(needed)} OR (${isWithin} AND ${isRestComplete}))`;
    },
    sql`TRUE`,
  );
}

/** Beside segmentsWith: what is in them as rows of ListedRow, in the order of travel. */
export function selectSegments(sort: Sort, start: Start, limit: number, offset: number): Sql {
  const order = orderOf(sort, start);
  const rows = segmentsFrom(sort, start).map(({ name }) => sql`SELECT * FROM ${name}`);
  return sql`
    SELECT contract_id, status, row_version, sort_key::text AS position_value
    FROM (${joinSql(rows, ' UNION ALL ')}) segments
    ORDER BY segment, sort_key ${order}, contract_id ${order}
    LIMIT ${literal(limit)}${offset === 0 ? emptySql : sql` OFFSET ${offset}`}`;
}

/** Whether there is any row from `start` on: looked for in the order, as EXISTS, which drops one, would not. */
export function existsFrom(sort: Sort, start: Start, where: Sql): Sql {
  const order = orderOf(sort, start);
  const probes = segmentsFrom(sort, start).map(
    ({ condition }) => sql`coalesce((SELECT TRUE FROM contracts c WHERE ${condition} AND ${where}
      ORDER BY ${sort.column} ${order}, c.contract_id ${order} LIMIT 1), FALSE)`,
  );
  return joinSql(probes, ' OR ');
}

/** Whether a row `c` lies from `start` on. */
export function isFrom(sort: Sort, start: Start): Sql {
  return joinSql(
    segmentsFrom(sort, start).map(({ condition }) => sql`(${condition})`),
    ' OR ',
  );
}

/** The order of rows `c`, which no index has where they come from both segments. */
export function inTravelOrder(sort: Sort, start: Start): Sql {
  const order = orderOf(sort, start);
  const withoutValue = start.direction === 'after' ? sql`NULLS LAST` : sql`NULLS FIRST`;
  return sql`ORDER BY ${sort.column} ${order} ${withoutValue}, c.contract_id ${order}`;
}

/** The direction in which the index is read. */
function orderOf(sort: Sort, { direction }: Start): Sql {
  return sort.descending === (direction === 'before') ? sql`ASC` : sql`DESC`;
}

interface Segment {
  /** What its rows are called in a statement, and what the first ones in the order. */
  readonly name: Sql;
  readonly near: Sql;
  readonly condition: Sql;
}

/**
 * One or two disjoint segments, in the order of travel. Their conditions stand before all others: of several that bound
 * the sorted value on one side, PostgreSQL enters an index by the first of `>`, `>=`, or of `<=`, `<`, and of two that are
 * alike by the one that is written first (`_bt_preprocess_keys` in nbtpreprocesskeys.c). A filter's would lead to the
 * first page.
 */
function segmentsFrom(sort: Sort, start: Start): readonly Segment[] {
  const [first, second] = conditionsFrom(sort, start);
  return [
    { name: sql`first_segment`, near: sql`first_near`, condition: first },
    ...(second === undefined
      ? []
      : [{ name: sql`second_segment`, near: sql`second_near`, condition: second }]),
  ];
}

function conditionsFrom(sort: Sort, start: Start): readonly [Sql, Sql?] {
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
  // Of ids, which are whole numbers, either operator can mean both; these come before any that a filter has.
  const operator = goesUp ? sql`>` : sql`<=`;
  const id = position.contract_id - (goesUp === inclusive ? 1 : 0);
  return position.value === null
    ? sql`c.contract_id ${operator} ${id}::bigint`
    : sql`(${sort.column}, c.contract_id) ${operator} (${sort.fromText(position.value)}, ${id}::bigint)`;
}
