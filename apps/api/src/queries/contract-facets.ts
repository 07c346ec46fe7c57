import { joinSql, sql, type Database, type Sql } from '@hangar-bay/database';
import { z } from 'zod';
import { listOf } from '../http/parameters.js';
import { scopeOf, whereItem, type ContractFilterValues } from './contract-filters.js';
import { isIncluded } from './filters/filter.js';

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
const MAX_COUNTED = 100_000;

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
  readonly looked_at: bigint;
}

/**
 * How many contracts there are of each value of each facet. `where` gives the conditions on a row `c` of contracts
 * under all filters but the facet's own. One statement.
 */
export function countFacets(
  db: Database,
  facets: readonly Facet[],
  filters: ContractFilterValues,
  where: (without: Facet) => Sql,
): Promise<FacetCounts[]> {
  const parts = facets.map((facet) => sql`(${selectFacet(facet, filters, where(facet))})`);
  return db.$queryRaw<FacetCounts[]>(joinSql(parts, ' UNION ALL '));
}

export function areFacetsExact(counts: readonly FacetCounts[]): boolean {
  return counts.every(({ looked_at }) => looked_at <= MAX_COUNTED);
}

function selectFacet(facet: Facet, filters: ContractFilterValues, where: Sql): Sql {
  return sql`
    WITH matched AS MATERIALIZED (
      SELECT c.contract_id, c.type, c.region_id FROM contracts c WHERE ${where} LIMIT ${MAX_COUNTED + 1}
    ), counted AS (${selectCounts(facet, filters)})
    SELECT ${facet}::text AS facet, (SELECT count(*) FROM matched) AS looked_at,
      (SELECT json_agg(counted ORDER BY count DESC, value) FROM counted) AS counts`;
}

/** One row a value. A contract counts once for each category in which an included item satisfies the item filters. */
function selectCounts(facet: Facet, filters: ContractFilterValues): Sql {
  switch (facet) {
    case 'type':
      return sql`SELECT type AS value, NULL AS name, count(*) AS count FROM matched GROUP BY type`;
    case 'region_id':
      return sql`
        SELECT region_id AS value, names.name, count
        FROM (SELECT region_id, count(*) AS count FROM matched GROUP BY region_id) regions
          LEFT JOIN names ON names.id = region_id`;
    case 'category_id': {
      const items = [isIncluded(scopeOf(filters)), ...whereItem(filters, { without: ['category_id'] })];
      return sql`
        SELECT categories_of.category_id AS value, categories.name, count(*) AS count
        FROM (SELECT DISTINCT item.contract_id, groups.category_id
              FROM matched JOIN contract_items item ON item.contract_id = matched.contract_id
                JOIN types ON types.type_id = item.type_id JOIN groups ON groups.group_id = types.group_id
              WHERE ${joinSql(items, ' AND ')}) categories_of
          LEFT JOIN categories ON categories.category_id = categories_of.category_id
        GROUP BY 1, 2`;
    }
  }
}
