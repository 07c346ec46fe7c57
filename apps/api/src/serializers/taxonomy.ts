import { z } from 'zod';
import type { Taxonomy } from '../queries/list-taxonomy.js';
import { name, smallId } from './values.js';

export const taxonomySchema = z
  .object({
    data: z.object({
      categories: z.array(z.object({ category_id: smallId, name }).meta({ id: 'Category' })),
      groups: z.array(
        z.object({ group_id: smallId, name: z.string(), category_id: smallId }).meta({ id: 'Group' }),
      ),
      market_groups: z
        .array(
          z
            .object({ market_group_id: smallId, name, parent_group_id: smallId.nullable() })
            .meta({ id: 'MarketGroup' }),
        )
        .meta({ description: 'With all that are above them, up to those without a parent' }),
    }),
  })
  .meta({ id: 'Taxonomy', description: 'Each list in the order of names' });

export type TaxonomyAnswer = z.output<typeof taxonomySchema>;

export function serializeTaxonomy({ groups, market_groups }: Taxonomy): TaxonomyAnswer {
  const categories = new Map(groups.map((group) => [group.category_id, group.category_name]));
  return {
    data: {
      categories: [...categories]
        .map(([category_id, categoryName]) => ({ category_id, name: categoryName }))
        .sort((a, b) => compareNames(a.name, b.name) || a.category_id - b.category_id),
      groups: groups.map(({ group_id, name: groupName, category_id }) => ({
        group_id,
        name: groupName,
        category_id,
      })),
      market_groups: market_groups.map((group) => ({
        market_group_id: group.market_group_id,
        name: group.name,
        parent_group_id: group.parent_group_id,
      })),
    },
  };
}

/** What has no name comes last. */
function compareNames(left: string | null, right: string | null): number {
  if (left === null || right === null) {
    return Number(left === null) - Number(right === null);
  }
  return left < right ? -1 : Number(left > right);
}
