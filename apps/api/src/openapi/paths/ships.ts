import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { SHIP_FILTERS } from '../../queries/list-ships.js';
import { shipListSchema } from '../../serializers/ship.js';
import { cachedAnswer, problems, queryOf } from '../parts.js';

export function shipPaths(): RouteConfig[] {
  return [
    {
      method: 'get',
      path: '/api/v1/ships',
      operationId: 'listShips',
      summary: 'Ship types on offer: how many, from what price on, and where',
      description:
        'Every type that some outstanding ship contract offers, in the order of names, without pages: there are some 400 types. `/api/v1/contracts/ships?ship_type_id=…&sort=price` has the contracts behind it. Lists take commas or repetition, up to 100 values.',
      tags: ['ships'],
      request: { query: queryOf(SHIP_FILTERS) },
      responses: {
        ...cachedAnswer({ description: 'The types', schema: shipListSchema }),
        ...problems(400, 429, 503),
      },
    },
  ];
}
