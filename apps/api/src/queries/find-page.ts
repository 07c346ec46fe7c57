import { literal, prepared, sql, type Database, type Sql } from '@hangar-bay/database';
import { DEFAULT_LIMIT } from '../http/pagination.js';
import { asksWidely, isUnfiltered, whereFilters, type FilterName } from './contract-filters.js';
import { whereAsked, whereQuery, type PageQuery } from './contract-query.js';
import type { ContractRow } from './contract-row.js';
import { DATE_FILTERS } from './filters/dates.js';
import {
  areSegmentsComplete,
  existsFrom,
  orderOf,
  selectSegments,
  withSegments,
  type Reach,
} from './keyset.js';
import { askInTime, type Ask } from './ask-in-time.js';
import { FEW } from './select-matching.js';

/** A contract's place on a page. */
export interface ListedRow {
  readonly contract_id: bigint;
  readonly status: ContractRow['status'];
  /** As that of ContractRow. */
  readonly row_version: string;
  readonly position_value: string | null;
}

interface FoundRow extends Omit<ListedRow, 'contract_id'> {
  /** Null: there is no row. */
  readonly contract_id: bigint | null;
  /** Whether these are all that belong to the page. */
  readonly is_complete: boolean;
  /** Where they are not: whether the filters that do not look beyond the row leave few. Null: not asked. */
  readonly is_few: boolean | null;
}

/** Rows that are looked at in order for each that is needed, and for the first. */
const NEAR = { forEach: 10, least: 500 };

/** Rows that are found and sorted. */
const MANY = 15_000;

/** In the place of a condition. */
const NOT_ASKED = sql`NULL::boolean`;

/** The length of a page of which only the row that follows is asked for. */
const NONE = 0;

/**
 * The rows of a page and one more, which tells whether there is a next page.
 *
 * What lies beyond a contract's row (items, texts), PostgreSQL takes for independent of the order and of all
 * else, and its guess of how much there is can be wrong by a thousand times; so it is with dates of what is outstanding.
 * So it is told how to begin: with the first rows in the order, among which the page is where many match; then, unless
 * part of the page was there, with all that match. It is left to choose where that are too many as well, and where the
 * index of types or texts leads to few. Statements: one, two with dates, up to three where filters look beyond the row.
 */
export async function findPage(db: Database, query: PageQuery): Promise<readonly ListedRow[]> {
  const ask = askInTime(db);
  const isGuessed = looksBeyond(query) || asksForDates(query);
  const isRare = query.rare.types || query.rare.withText !== null;
  const found = isGuessed && !isRare ? await findWithin(ask, query) : null;
  return found ?? ask<ListedRow>(selectPage(query));
}

/**
 * Whether there is any row from the start on. The page finds it sooner where the planner would guess wrong, and where its
 * statement is prepared.
 */
export async function hasRowsFrom(db: Database, query: PageQuery): Promise<boolean> {
  if (looksBeyond(query) || isUnfiltered(query.filters)) {
    return (await findPage(db, { ...query, limit: NONE, offset: 0 })).length > 0;
  }
  const [row] = await db.$readRows<{ exists: boolean }[]>(
    sql`SELECT ${existsFrom(query.sort, query.start, whereQuery(query))} AS exists`,
  );
  return row?.exists === true;
}

const looksBeyond = ({ filters }: PageQuery) => whereFilters(filters, { only: 'beyond' }).length > 0;

const asksForDates = ({ filters }: PageQuery) => DATE_FILTERS.some((name) => filters[name] !== undefined);

/** Null: too much would have to be looked at. */
async function findWithin(ask: Ask, query: PageQuery): Promise<readonly ListedRow[] | null> {
  const needed = neededFor(query);
  const reach = Math.min(Math.max(NEAR.forEach * needed, NEAR.least), FEW);
  const isFew = asksWidely(query.filters) ? areFew(query) : NOT_ASKED;
  const near = await ask<FoundRow>(selectInOrder(query, { rows: reach, without: DATE_FILTERS, isFew }));
  if (near[0]?.is_few === true) {
    return completeOf(await ask<FoundRow>(selectInOrder(query, { rows: FEW })));
  }
  // Where a tenth of the page was near, the rest is not far, and all that match are many.
  const isNear = near.filter(isRow).length > needed / 10;
  return near[0]?.is_complete === true || isNear || !looksBeyond(query)
    ? completeOf(near)
    : completeOf(await ask<FoundRow>(selectFound(query)));
}

/** Whether the filters that do not look beyond the row leave few. */
const areFew = (query: PageQuery) =>
  sql`NOT EXISTS (SELECT FROM contracts c WHERE ${whereQuery(query, { only: 'own' })} OFFSET ${literal(FEW)})`;

function completeOf(rows: readonly FoundRow[]): readonly ListedRow[] | null {
  return rows[0]?.is_complete === true ? rows.filter(isRow) : null;
}

const isRow = (row: FoundRow): row is FoundRow & ListedRow => row.contract_id !== null;

const neededFor = ({ limit, offset }: PageQuery) => limit + 1 + offset;

function selectPage(query: PageQuery): Sql {
  const { sort, start, limit, offset } = query;
  const order = orderOf(sort, start);
  const needed = neededFor(query);
  // Without filters the first rows are those of the page, and reading them apart would take a third longer.
  const reach = isUnfiltered(query.filters) ? null : { rows: needed, isInOrder: true };
  const statement = sql`
    ${withSegments(sort, start, { where: whereQuery(query), reach }, needed)}
    SELECT page.contract_id, page.status, page.row_version, page.sort_key::text AS position_value
    FROM (${selectSegments(sort, start, limit + 1, offset)}) page
    ORDER BY page.segment, page.sort_key ${order}, page.contract_id ${order}`;
  return keepsItsPlan(query) ? prepared(statement) : statement;
}

/** Looks at rows one by one, so many of each segment. */
function selectInOrder(
  query: PageQuery,
  {
    rows,
    without = [],
    isFew = NOT_ASKED,
  }: { readonly rows: number; readonly without?: readonly FilterName[]; readonly isFew?: Sql },
): Sql {
  const where = whereQuery(query, { only: 'own', without });
  const rowByRow = whereAsked(query, { rowByRow: true });
  return selectWithin(query, where, { rows, isInOrder: true, rowByRow }, isFew);
}

/** Sorts all that match. */
function selectFound(query: PageQuery): Sql {
  return selectWithin(query, whereQuery(query), { rows: MANY, isInOrder: false });
}

/** At least one row, which tells whether that was enough. */
function selectWithin(query: PageQuery, where: Sql, reach: Reach, isFew = NOT_ASKED): Sql {
  const { sort, start, limit, offset } = query;
  const order = orderOf(sort, start);
  const needed = neededFor(query);
  return sql`
    ${withSegments(sort, start, { where, reach }, needed)}
    SELECT page.contract_id, page.status, page.row_version, page.sort_key::text AS position_value,
      within.is_complete, CASE WHEN NOT within.is_complete THEN ${isFew} END AS is_few
    FROM (SELECT ${areSegmentsComplete(reach, needed)} AS is_complete OFFSET 0) within
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
