import { prepared, sql, type Sql } from '@hangar-bay/database';
import { DEFAULT_LIMIT } from '../http/pagination.js';
import { isUnfiltered, looksBeyond } from './contract-filters.js';
import { whereAsked, whereQuery, type PageQuery } from './contract-query.js';
import type { ListedRow } from './contract-row.js';
import { DATE_FILTERS } from './filters/dates.js';
import { findMatching } from './find-matching.js';
import { areSegmentsComplete, existsFrom, orderOf, selectSegments, withSegments } from './keyset.js';
import type { Reader } from './read-in-time.js';
import { FEW } from './select-matching.js';

interface FoundRow extends Omit<ListedRow, 'contract_id'> {
  /** Null: there is no row. */
  readonly contract_id: bigint | null;
  /** Whether these are all that belong to the page. */
  readonly is_complete: boolean;
}

/** Rows that are looked at in order for each that is needed, and for the first. */
const NEAR = { forEach: 10, least: 500 };

/** So many that match are found and sorted within some 200 ms. */
const MANY = 50_000;

/** The length of a page of which only the row that follows is asked for. */
const NONE = 0;

/**
 * The rows of a page, found in its order, and one more, which tells whether there is a next page.
 *
 * What lies beyond a contract's row (items, texts), PostgreSQL takes for independent of the order and of all
 * else, and its guess of how much there is can be wrong by a thousand times; so it is with dates of what is outstanding.
 * So it is told how to begin: with the first rows in the order, among which the page is where many match; then, but
 * for dates, with more of them, and with all that match. It is left to choose where those are too many as well.
 * Statements: one; with dates up to two, with what lies beyond the row up to four.
 */
export async function findPage(db: Reader, query: PageQuery): Promise<readonly ListedRow[]> {
  for (const rows of reachesOf(query)) {
    const found = await db.$readRows<FoundRow[]>(selectInOrder(query, rows));
    if (found[0]?.is_complete === true) {
      return found.filter(isRow);
    }
  }
  const among = looksBeyond(query.filters)
    ? await findMatching(db, { ...query, facets: undefined }, MANY)
    : null;
  return among?.page ?? db.$readRows<ListedRow[]>(selectPage(query));
}

/**
 * Whether there is any row from the start on. The page finds it sooner where the planner would guess wrong, and where its
 * statement is prepared.
 */
export async function hasRowsFrom(db: Reader, query: PageQuery): Promise<boolean> {
  if (looksBeyond(query.filters) || isUnfiltered(query.filters)) {
    return (await findPage(db, { ...query, limit: NONE, offset: 0 })).length > 0;
  }
  const [row] = await db.$readRows<{ exists: boolean }[]>(
    sql`SELECT ${existsFrom(query.sort, query.start, whereQuery(query))} AS exists`,
  );
  return row?.exists === true;
}

/** How many of the first rows are looked at, one try after the other. */
function reachesOf(query: PageQuery): number[] {
  const near = Math.min(Math.max(NEAR.forEach * neededFor(query), NEAR.least), FEW);
  if (looksBeyond(query.filters)) {
    return [...new Set([near, FEW])];
  }
  return DATE_FILTERS.some((name) => query.filters[name] !== undefined) ? [near] : [];
}

const isRow = (row: FoundRow): row is FoundRow & ListedRow => row.contract_id !== null;

const neededFor = ({ limit, offset }: PageQuery) => limit + 1 + offset;

function selectPage(query: PageQuery): Sql {
  const { sort, start, limit, offset } = query;
  const order = orderOf(sort, start);
  const needed = neededFor(query);
  // Without filters the first rows are those of the page, and reading them apart would take a third longer.
  const reach = isUnfiltered(query.filters) ? null : { rows: needed };
  const statement = sql`
    ${withSegments(sort, start, { where: whereQuery(query), reach }, needed)}
    SELECT page.contract_id, page.status, page.row_version, page.sort_key::text AS position_value
    FROM (${selectSegments(sort, start, limit + 1, offset)}) page
    ORDER BY page.segment, page.sort_key ${order}, page.contract_id ${order}`;
  return keepsItsPlan(query) ? prepared(statement) : statement;
}

/** Looks at the first rows in the order, one by one: at least one row, which tells whether that was enough. */
function selectInOrder(query: PageQuery, rows: number): Sql {
  const { sort, start, limit, offset } = query;
  const where = whereQuery(query, { only: 'own', without: DATE_FILTERS });
  const reach = { rows, rowByRow: whereAsked(query, { rowByRow: true }) };
  const order = orderOf(sort, start);
  const needed = neededFor(query);
  return sql`
    ${withSegments(sort, start, { where, reach }, needed)}
    SELECT page.contract_id, page.status, page.row_version, page.sort_key::text AS position_value, within.is_complete
    FROM (SELECT ${areSegmentsComplete(rows, needed)} AS is_complete OFFSET 0) within
      LEFT JOIN (${selectSegments(sort, start, limit + 1, offset)}) page ON TRUE
    ORDER BY page.segment, page.sort_key ${order}, page.contract_id ${order}`;
}

/**
 * Planning takes several times as long as reading a page: it is done once for the lists that are asked most. Some hundred
 * texts, which take 80 KB each of every connection; with all pages by all sorts they would be three times as many.
 */
function keepsItsPlan({ filters, sort, start, limit, offset }: PageQuery): boolean {
  const isAskedMost = start.position === null || !sort.nullable;
  return isUnfiltered(filters) && isAskedMost && (limit === DEFAULT_LIMIT || limit === NONE) && offset === 0;
}
