import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { typePathParameters } from '../../routes/types.routes.js';
import { typeSchema } from '../../serializers/type.js';
import { cachedAnswer, problems, queryOf } from '../parts.js';

export function typePaths(): RouteConfig[] {
  return [
    {
      method: 'get',
      path: '/api/v1/types/{type_id}',
      operationId: 'getType',
      summary: 'One type of item, where it belongs, and how many contracts offer it',
      description: 'Known are the types that some contract has held.',
      tags: ['taxonomy'],
      request: { params: queryOf(typePathParameters) },
      responses: {
        ...cachedAnswer({ description: 'The type', schema: typeSchema }),
        ...problems(400, 404, 429, 503),
      },
    },
  ];
}
