import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { taxonomySchema } from '../../serializers/taxonomy.js';
import { cachedAnswer, problems } from '../parts.js';

export function taxonomyPaths(): RouteConfig[] {
  return [
    {
      method: 'get',
      path: '/api/v1/taxonomy',
      operationId: 'getTaxonomy',
      summary: 'Categories, groups and market groups in use, with names',
      description:
        'In use: some outstanding contract gives its buyer an item of that kind. What a frontend fills its lists of `category_id`, `group_id` and `market_group_id` with.',
      tags: ['taxonomy'],
      responses: {
        ...cachedAnswer({ description: 'Each list in the order of names', schema: taxonomySchema }),
        ...problems(400, 429, 503),
      },
    },
  ];
}
