import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { regionListSchema } from '../../serializers/region.js';
import { answer, problems } from '../parts.js';

export function regionPaths(): RouteConfig[] {
  return [
    {
      method: 'get',
      path: '/api/v1/regions',
      operationId: 'listRegions',
      summary: 'What is covered, region by region, and how fresh it is',
      tags: ['regions'],
      responses: {
        200: answer({ description: 'Every known region', schema: regionListSchema }),
        ...problems(400, 503),
      },
    },
  ];
}
