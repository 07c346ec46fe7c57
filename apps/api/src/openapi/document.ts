import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { finishDocument } from './finish-document.js';
import type { GeneratedDocument } from './operation.js';
import { adminPaths } from './paths/admin.js';
import { contractPaths } from './paths/contracts.js';
import { healthPaths } from './paths/health.js';
import { operatorPaths } from './paths/operators.js';
import { regionPaths } from './paths/regions.js';
import { shipPaths } from './paths/ships.js';
import { streamPaths } from './paths/stream.js';
import { taxonomyPaths } from './paths/taxonomy.js';
import { typePaths } from './paths/types.js';
import { registerSecuritySchemes } from './security.js';

/** The OpenAPI document, made from the schemas that check requests. */
export function createOpenApiDocument(): object {
  const registry = new OpenAPIRegistry();
  registerSecuritySchemes(registry);
  for (const route of documentedRoutes()) {
    registry.registerPath(route);
  }
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Hangar Bay',
      version: '1',
      description:
        "Every public contract in EVE Online, as ESI last listed it. Names are ESI's own; ids are whole numbers below 2^53; ISK amounts have at most two decimals; times are UTC. What is not known here is refused, parameters too. HEAD is answered where GET is.",
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: [
      { name: 'contracts', description: 'What is on offer, and what was' },
      { name: 'ships', description: 'Ship contracts, summed up by type' },
      { name: 'regions', description: 'What is covered, and how fresh it is' },
      { name: 'taxonomy', description: 'Types of items, and what they belong to' },
      { name: 'operators', description: 'For those who run this server' },
      { name: 'health', description: 'For what watches this server' },
    ],
    // Everybody may read, unless an operation says otherwise.
    security: [],
  });
  return finishDocument(document as unknown as GeneratedDocument);
}

/** The patterns of all documented paths, such as `/api/v1/contracts/{contract_id}`. */
export function listDocumentedPaths(): string[] {
  return documentedRoutes().map(({ path }) => path);
}

/** The names of all documented query parameters. */
export function listQueryNames(): Set<string> {
  return new Set(
    documentedRoutes().flatMap(({ request }) =>
      request?.query !== undefined && 'shape' in request.query
        ? Object.keys(request.query.shape as object)
        : [],
    ),
  );
}

function documentedRoutes(): RouteConfig[] {
  return [
    ...contractPaths(),
    ...streamPaths(),
    ...shipPaths(),
    ...regionPaths(),
    ...taxonomyPaths(),
    ...typePaths(),
    ...operatorPaths(),
    ...adminPaths(),
    ...healthPaths(),
  ];
}
