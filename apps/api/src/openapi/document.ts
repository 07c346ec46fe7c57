import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { credentialsSchema } from '../auth/sign-in.js';
import { readinessSchema } from '../health/readiness.js';
import type { Parameters } from '../http/parameters.js';
import { problemSchema } from '../http/problem.js';
import { tokenSchema } from '../routes/auth.routes.js';
import { contractPathParameters, listParameters } from '../routes/contracts.routes.js';
import { livenessSchema } from '../routes/health.routes.js';
import { contractDetailSchema } from '../serializers/contract-detail.js';
import { contractPageSchema } from '../serializers/contract-page.js';
import { regionListSchema } from '../serializers/region.js';

type Responses = RouteConfig['responses'];

/** The OpenAPI document, made from the schemas that check requests. */
export function createOpenApiDocument(): object {
  const registry = new OpenAPIRegistry();
  for (const route of [...contractPaths(), ...otherPaths()]) {
    registry.registerPath(route);
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Hangar Bay',
      version: '1',
      description:
        "Every public contract in EVE Online, as ESI last listed it. Names are ESI's own; ids are whole numbers below 2^53; ISK amounts have at most two decimals; times are UTC.",
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: [{ name: 'contracts' }, { name: 'regions' }, { name: 'operators' }, { name: 'health' }],
  });
}

function contractPaths(): RouteConfig[] {
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

function otherPaths(): RouteConfig[] {
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
    {
      method: 'post',
      path: '/api/v1/auth/login',
      operationId: 'signIn',
      summary:
        "Signs an operator in: a session cookie for browsers, the same token as a bearer's for programs",
      tags: ['operators'],
      request: { body: { required: true, content: { 'application/json': { schema: credentialsSchema } } } },
      responses: {
        200: answer({ description: 'Good for half an hour', schema: tokenSchema }),
        ...problems(400, 401, 413, 415, 429),
      },
    },
    {
      method: 'post',
      path: '/api/v1/auth/logout',
      operationId: 'signOut',
      summary: 'Takes the session cookie back',
      tags: ['operators'],
      responses: { 204: { description: 'Signed out' }, ...problems(400, 403) },
    },
    {
      method: 'get',
      path: '/health/live',
      operationId: 'isAlive',
      summary: 'Whether the process answers',
      tags: ['health'],
      responses: { 200: answer({ description: 'It does', schema: livenessSchema }) },
    },
    {
      method: 'get',
      path: '/health/ready',
      operationId: 'isReady',
      summary: 'Whether requests should come here, and why not',
      tags: ['health'],
      responses: {
        200: answer({ description: 'They should', schema: readinessSchema }),
        503: answer({ description: 'They should not', schema: readinessSchema }),
      },
    },
  ];
}

function queryOf(parameters: Parameters) {
  return z.object(Object.fromEntries(Object.entries(parameters).map(([name, { schema }]) => [name, schema])));
}

function answer({
  description,
  schema,
}: {
  readonly description: string;
  readonly schema: z.ZodType;
}): Responses[string] {
  return { description, content: { 'application/json': { schema } } };
}

const PROBLEM_DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'A parameter or the body is not valid; `errors` says which and why',
  401: 'Not signed in, or name or password is wrong',
  403: 'The browser says that another site sent it here',
  404: 'There is no such contract, or it is not complete yet',
  413: 'A body has at most 100 KB',
  415: 'The body is not JSON',
  429: 'Too many failed sign-ins; see Retry-After',
  503: 'The database is away or too slow; see Retry-After',
};

function problems(...statuses: readonly number[]): Responses {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: PROBLEM_DESCRIPTIONS[status] ?? '',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}
