import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { contractPathParameters, listParameters } from '../../routes/contracts.routes.js';
import { contractDetailSchema } from '../../serializers/contract-detail.js';
import { contractPageSchema } from '../../serializers/contract-page.js';
import { cachedAnswer, problems, queryOf } from '../parts.js';

const FILTERS =
  'Filters hold together. Those on items hold together for one included item, and a contract counts once. Lists take commas or repetition, up to 100 values. A least above a most is no error and matches nothing. Follow `page.next_cursor`: rows that are there all along are neither skipped nor repeated while others come and go.';

export function contractPaths(): RouteConfig[] {
  const query = queryOf(listParameters);
  const page = { description: 'A page of contracts', schema: contractPageSchema };
  return [
    {
      method: 'get',
      path: '/api/v1/contracts/ships',
      operationId: 'listShipContracts',
      summary: 'Ship contracts',
      description: `Item exchanges and auctions (see \`type\`) with exactly one included row of a ship type. ${FILTERS}`,
      tags: ['contracts'],
      request: { query },
      responses: { ...cachedAnswer(page), ...problems(400, 429, 503) },
    },
    {
      method: 'get',
      path: '/api/v1/contracts',
      operationId: 'listContracts',
      summary: 'Contracts of every type',
      description: FILTERS,
      tags: ['contracts'],
      request: { query },
      responses: { ...cachedAnswer(page), ...problems(400, 429, 503) },
    },
    {
      method: 'get',
      path: '/api/v1/contracts/{contract_id}',
      operationId: 'getContract',
      summary: 'One contract with its items and bids, also when it is gone or expired',
      tags: ['contracts'],
      request: { params: queryOf(contractPathParameters) },
      responses: {
        ...cachedAnswer({ description: 'The contract', schema: contractDetailSchema }),
        ...problems(400, 404, 429, 503),
      },
    },
  ];
}
