import { joinSql, literal, prepared, sql, type Sql } from '@hangar-bay/database';
import { FACET_COLUMNS, MAX_FACETED, selectFacets, type Facet, type FacetCounts } from './contract-facets.js';
import { isUnfiltered } from './contract-filters.js';
import { isUsual, type PageQuery } from './contract-query.js';
import { STATUS } from './contract-row.js';
import type { SoughtPage } from './found-page.js';
import { selectGeneration } from './generation.js';
import { behindPage, FROM_THE_TOP } from './keyset.js';
import type { Reader } from './read-in-time.js';
import { readOne } from './read-one.js';
import { inTravelOrder, isFrom } from './segments.js';
import { MAX_COUNTED, selectMatching, SPARE } from './select-matching.js';

export interface ListQuery extends PageQuery {
  readonly facets: readonly Facet[] | undefined;
}

/** What one look at all that matches tells of a list: without a page where more match than were looked at. */
export interface FoundList extends SoughtPage {
  /** So many match, or more where there is no page. */
  readonly counted: number;
  /** Null where none were asked for. */
  readonly facets: readonly FacetCounts[] | null;
}

/**
 * What matches is found once; count, facets and page are made of it. Of a list with as many as `most`, or with
 * more than facets count, there is no page: it is found sooner in its order. One statement.
 */
export async function findMatching(
  db: Reader,
  query: ListQuery,
  most = MAX_COUNTED + SPARE,
): Promise<FoundList> {
  const { sort, facets } = query;
  const { sets, counts, lookAtMatched } = facets === undefined ? NO_FACETS : selectFacets(facets, query);
  const columns = lookAtMatched ? FACET_COLUMNS : sql`c.contract_id`;
  const looked = lookAtMatched ? MAX_FACETED + 1 : most;
  const matching = selectMatching(query, { columns: sql`${columns}, ${sort.column}`, limit: looked });
  const parts = [
    sql`matched AS MATERIALIZED (${matching})`,
    sql`total AS MATERIALIZED (SELECT count(*)::int AS counted, count(*) < ${literal(looked)} AS is_complete FROM matched)`,
    sql`page AS MATERIALIZED (${selectPlaces(query)})`,
    ...sets,
  ];
  const statement = sql`
    WITH ${joinSql(parts)}
    SELECT (SELECT counted FROM total) AS counted, CASE WHEN (${IS_COMPLETE}) THEN ${LISTED} END AS page,
      ${hasMatchingBehind(query)} AS behind, ${counts} AS facets, ${selectGeneration(query.filters.region_id)} AS as_of`;
  return readOne<FoundList>(db, keepsItsPlan(query) ? prepared(statement) : statement);
}

/**
 * The first page of what a rare text finds, by a date, as by default: planning takes as long as finding it. Eight
 * statements in all; for the memory that they take see find-page.ts.
 */
function keepsItsPlan(query: ListQuery): boolean {
  const isAskedMost = query.start === FROM_THE_TOP && isUsual(query) && !query.sort.nullable;
  const asksTextAlone = query.rare.withText !== null && isUnfiltered(query.filters, ['q']);
  return asksTextAlone && isAskedMost && query.facets === undefined;
}

const IS_COMPLETE = sql`SELECT is_complete FROM total`;

const NO_FACETS = { sets: [], counts: sql`NULL::json`, lookAtMatched: false };

/** Contracts of the page with their `place` on it. */
function selectPlaces({ sort, start, limit, offset }: ListQuery): Sql {
  return sql`
    SELECT contract_id, sort_key, row_number() OVER () AS place FROM (
      SELECT c.contract_id, ${sort.column} AS sort_key FROM matched c
      WHERE (${IS_COMPLETE}) AND (${isFrom(sort, start)})
      ${inTravelOrder(sort, start)} LIMIT ${literal(limit + 1)} OFFSET ${offset}) page`;
}

/** The contracts of `page`, as a JSON array of ListedRow. */
const LISTED = sql`(
  SELECT coalesce(json_agg(listed ORDER BY place), '[]') FROM (
    SELECT c.contract_id, ${STATUS} AS status, c.xmin::text AS row_version, page.sort_key::text AS position_value, page.place
    FROM page JOIN contracts c ON c.contract_id = page.contract_id) listed)`;

function hasMatchingBehind(query: ListQuery): Sql {
  const behind = behindPage(query);
  return behind === null
    ? sql`FALSE`
    : sql`EXISTS (SELECT FROM matched c WHERE ${isFrom(query.sort, behind)})`;
}
