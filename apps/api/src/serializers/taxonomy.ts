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

/** The answer as JSON, of rows that are JSON already. */
export function serializeTaxonomy({ categories, groups, market_groups }: Taxonomy): string {
  return `{"data":{"categories":[${categories}],"groups":[${groups}],"market_groups":[${market_groups}]}}`;
}
