import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { regionListSchema } from '../../serializers/region.js';
import { cachedAnswer, problems } from '../parts.js';

export function regionPaths(): RouteConfig[] {
  return [
    {
      method: 'get',
      path: '/api/v1/regions',
      operationId: 'listRegions',
      summary: 'What is covered, region by region, and how fresh it is',
      description: 'Every region that was ever to be swept, also when it is not any more: see `state`.',
      tags: ['regions'],
      responses: {
        ...cachedAnswer({ description: 'Every known region', schema: regionListSchema }),
        ...problems(400, 429, 503),
      },
    },
  ];
}
