import { joinSql, sql, type Sql } from '@hangar-bay/database';
import { z } from 'zod';
import { listOf } from '../http/parameters.js';
import { scopeOf, whereItem, type ContractFilterValues } from './contract-filters.js';
import type { Selection } from './contract-query.js';
import { isIncluded } from './filters/filter.js';
import { selectMatching } from './select-matching.js';

export const FACETS = ['type', 'region_id', 'category_id'] as const;

export type Facet = (typeof FACETS)[number];

export const facetsParameter = {
  schema: listOf(z.enum(FACETS, `must be one of ${FACETS.join(', ')}`))
    .transform((facets) => [...new Set(facets)])
    .optional()
    .meta({
      description:
        'Counts of contracts for each value of these, each under all other filters with its own lifted; only on demand, since they cost more than the list',
    }),
  repeatable: true,
};

/** Contracts beyond it are not looked at, so that facets stay affordable; more than are ever on offer. */
export const MAX_FACETED = 100_000;

export const FACET_COLUMNS = sql`c.contract_id, c.type, c.region_id, c.category_ids, c.contains_additional_items`;

export interface FacetCount {
  readonly value: string | number;
  readonly name: string | null;
  readonly count: number;
}

export interface FacetCounts {
  readonly facet: Facet;
  /** Of values that occur; the most frequent first. */
  readonly counts: readonly FacetCount[] | null;
  /** Contracts that were looked at. */
  readonly looked_at: number;
}

/**
 * Beside `matched`, which has the columns of FACET_COLUMNS: how many contracts there are of each value of each facet,
 * under all filters but the facet's own, as a JSON array of FacetCounts; the sets of contracts that takes, as further parts
 * of the WITH clause; and whether `matched` is one of them.
 */
export function selectFacets(
  facets: readonly Facet[],
  query: Selection,
): { readonly sets: readonly Sql[]; readonly counts: Sql; readonly lookAtMatched: boolean } {
  // Facets that no filter is lifted for look at the same contracts, which are found once.
  const lifted = facets.filter((facet) => query.filters[facet] !== undefined);
  const sets = lifted.map((facet) => {
    const matching = selectMatching(query, {
      columns: FACET_COLUMNS,
      limit: MAX_FACETED + 1,
      without: [facet],
    });
    return sql`${setOf(facet)} AS MATERIALIZED (${matching})`;
  });
  const parts = facets.map(
    (facet) =>
      sql`(${selectFacet(facet, query.filters, lifted.includes(facet) ? setOf(facet) : sql`matched`)})`,
  );
  const lookAtMatched = lifted.length < facets.length;
  return {
    sets,
    lookAtMatched,
    counts: sql`(SELECT json_agg(facets) FROM (${joinSql(parts, ' UNION ALL ')}) facets)`,
  };
}

export function areFacetsExact(counts: readonly FacetCounts[]): boolean {
  return counts.every(({ looked_at }) => looked_at <= MAX_FACETED);
}

const SETS: Readonly<Record<Facet, Sql>> = {
  type: sql`matched_by_type`,
  region_id: sql`matched_by_region`,
  category_id: sql`matched_by_category`,
};
const setOf = (facet: Facet) => SETS[facet];

function selectFacet(facet: Facet, filters: ContractFilterValues, matched: Sql): Sql {
  return sql`
    SELECT ${facet}::text AS facet, (SELECT count(*) FROM ${matched}) AS looked_at,
      (SELECT json_agg(counted ORDER BY count DESC, value) FROM (${selectCounts(facet, filters, matched)}) counted) AS counts`;
}

/** One row a value. A contract counts once for each category in which an included item satisfies the item filters. */
function selectCounts(facet: Facet, filters: ContractFilterValues, matched: Sql): Sql {
  switch (facet) {
    case 'type':
      return sql`SELECT type AS value, NULL AS name, count(*) AS count FROM ${matched} GROUP BY type`;
    case 'region_id':
      return sql`
        SELECT region_id AS value, names.name, count
        FROM (SELECT region_id, count(*) AS count FROM ${matched} GROUP BY region_id) regions
          LEFT JOIN names ON names.id = region_id`;
    case 'category_id':
      return sql`
        SELECT category_id AS value, categories.name, count
        FROM (SELECT category_id, count(*) AS count FROM (${selectCategories(filters, matched)}) of_contracts
              GROUP BY category_id) counted
          LEFT JOIN categories USING (category_id)`;
  }
}

/** A row for each contract and category. */
function selectCategories(filters: ContractFilterValues, matched: Sql): Sql {
  const asked = whereItem(filters, { without: ['category_id'] });
  if (asked.length === 0) {
    return sql`SELECT unnest(category_ids) AS category_id FROM ${matched}`;
  }
  const satisfies = joinSql([isIncluded(scopeOf(filters)), ...asked], ' AND ');
  // Where a contract has one included item, that is the one which satisfies them.
  return sql`
    SELECT unnest(category_ids) AS category_id FROM ${matched} WHERE NOT contains_additional_items
    UNION ALL SELECT category_id
    FROM (SELECT DISTINCT item.contract_id, groups.category_id
          FROM ${matched} matched JOIN contract_items item ON item.contract_id = matched.contract_id
            JOIN types ON types.type_id = item.type_id JOIN groups ON groups.group_id = types.group_id
          WHERE matched.contains_additional_items AND ${satisfies}) of_several`;
}
