import { joinSql, prepared, sql, type Sql } from '@hangar-bay/database';
import { isUnfiltered, looksBeyond } from './contract-filters.js';
import { isUsual, whereAsked, whereQuery, type PageQuery } from './contract-query.js';
import { DATE_FILTERS } from './filters/dates.js';
import { findMatching } from './find-matching.js';
import type { FoundPage, SoughtPage } from './found-page.js';
import { selectGeneration } from './generation.js';
import { behindPage, type Start } from './keyset.js';
import type { Reader } from './read-in-time.js';
import { readOne } from './read-one.js';
import { areSegmentsComplete, existsFrom, segmentsWith, selectSegments, type Matching } from './segments.js';
import { FEW } from './select-matching.js';

/** Rows that are looked at in order for each that is needed, and for the first. */
const NEAR = { forEach: 10, least: 500 };

/** So many that match are found and sorted within some 200 ms. */
const MANY = 50_000;

/** The length of a page of which only the row that follows is asked for. */
const NONE = 0;

/**
 * A page, found in its order.
 *
 * What lies beyond a contract's row (items, texts), PostgreSQL takes for independent of the order and of all
 * else, and its guess of how much there is can be wrong by a thousand times; so it is with dates of what is outstanding.
 * So it is told how to begin: with the first rows in the order, among which the page is where many match; then, but
 * for dates, with more of them, and with all that match. It is left to choose where those are too many as well.
 * Statements: one; with dates up to two; with what lies beyond the row up to four, and, beside them, up to four more for
 * what lies before a page that does not begin at the top.
 */
export async function findPage(db: Reader, query: PageQuery): Promise<FoundPage> {
  const before = behindPage(query);
  if (before === null || !looksBeyond(query.filters)) {
    return findFrom(db, query, before);
  }
  const [found, { page }] = await Promise.all([
    findFrom(db, query, null),
    findFrom(db, { ...query, start: before, limit: NONE, offset: 0 }, null),
  ]);
  return { ...found, behind: page.length > 0 };
}

/** `before` is where what lies before the page starts; null, where that is not asked for. */
async function findFrom(db: Reader, query: PageQuery, before: Start | null): Promise<FoundPage> {
  for (const rows of reachesOf(query)) {
    const { page, ...found } = await readOne<SoughtPage>(db, selectAmongFirst(query, before, rows));
    if (page !== null) {
      return { ...found, page };
    }
  }
  if (looksBeyond(query.filters)) {
    const { page, behind, as_of } = await findMatching(db, { ...query, facets: undefined }, MANY);
    if (page !== null) {
      return { page, behind, as_of };
    }
  }
  return readOne<FoundPage>(db, selectPage(query, before));
}

/** How many of the first rows are looked at, one try after the other. */
function reachesOf(query: PageQuery): number[] {
  const near = Math.min(Math.max(NEAR.forEach * neededFor(query), NEAR.least), FEW);
  if (looksBeyond(query.filters)) {
    return [...new Set([near, FEW])];
  }
  return DATE_FILTERS.some((name) => query.filters[name] !== undefined) ? [near] : [];
}

const neededFor = ({ limit, offset }: PageQuery) => limit + 1 + offset;

function selectPage(query: PageQuery, before: Start | null): Sql {
  // Without filters the first rows are those of the page, and reading them apart would take a third longer.
  const reach = isUnfiltered(query.filters) ? null : { rows: neededFor(query) };
  const statement = selectSought(query, before, { where: whereQuery(query), reach }, sql`TRUE`);
  return keepsItsPlan(query) ? prepared(statement) : statement;
}

/** Looks at the first rows in the order, one by one; there is no page where that was not enough. */
function selectAmongFirst(query: PageQuery, before: Start | null, rows: number): Sql {
  const where = whereQuery(query, { only: 'own', without: DATE_FILTERS });
  const reach = { rows, rowByRow: whereAsked(query, { rowByRow: true }) };
  return selectSought(
    query,
    before,
    { where, reach },
    areSegmentsComplete(query.sort, query.start, rows, neededFor(query)),
  );
}

/** One row of SoughtPage. What lies before a page that is not found is not looked for. */
function selectSought(query: PageQuery, before: Start | null, matching: Matching, isComplete: Sql): Sql {
  const { sort, start, limit, offset, filters } = query;
  const page = sql`
    SELECT coalesce(json_agg(page), '[]') FROM (${selectSegments(sort, start, limit + 1, offset)}) page`;
  const behind = before === null ? sql`FALSE` : existsFrom(sort, before, whereQuery(query));
  return sql`
    WITH ${joinSql(segmentsWith(sort, start, matching, neededFor(query)))}, found AS MATERIALIZED (SELECT ${isComplete} AS is_complete)
    SELECT CASE WHEN is_complete THEN (${page}) END AS page, is_complete AND (${behind}) AS behind,
      ${selectGeneration(filters.region_id)} AS as_of
    FROM found`;
}

/**
 * Planning takes several times as long as reading a page: it is done once for the lists that are asked most. Some hundred
 * statements at the most, which take 160 KB each of every connection (`pg_log_backend_memory_contexts`); with all pages by
 * all sorts they would be twice as many.
 */
function keepsItsPlan(query: PageQuery): boolean {
  const isAskedMost = query.start.position === null || !query.sort.nullable;
  return isUnfiltered(query.filters) && isAskedMost && isUsual(query);
}
