import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { contractPathParameters, listParameters } from '../../routes/contracts.routes.js';
import { contractDetailSchema } from '../../serializers/contract-detail.js';
import { contractPageSchema } from '../../serializers/contract-page.js';
import { answer, problems, queryOf } from '../parts.js';

export function contractPaths(): RouteConfig[] {
  const query = queryOf(listParameters);
  const page = { description: 'A page of contracts', schema: contractPageSchema };
  return [
    {
      method: 'get',
      path: '/api/v1/contracts/ships',
      operationId: 'listShipContracts',
      summary: 'Ship contracts',
      description:
        'Item exchanges and auctions (see `type`) with exactly one included row of a ship type. Lists take commas or repetition, up to 100 values.',
      tags: ['contracts'],
      request: { query },
      responses: { 200: answer(page), ...problems(400, 503) },
    },
    {
      method: 'get',
      path: '/api/v1/contracts',
      operationId: 'listContracts',
      summary: 'Contracts of every type',
      description: 'Lists take commas or repetition, up to 100 values.',
      tags: ['contracts'],
      request: { query },
      responses: { 200: answer(page), ...problems(400, 503) },
    },
    {
      method: 'get',
      path: '/api/v1/contracts/{contract_id}',
      operationId: 'getContract',
      summary: 'One contract with its items and bids, also when it is gone or expired',
      tags: ['contracts'],
      request: { params: queryOf(contractPathParameters) },
      responses: {
        200: answer({ description: 'The contract', schema: contractDetailSchema }),
        ...problems(400, 404, 503),
      },
    },
  ];
}
