import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { contractPaths } from './paths/contracts.js';
import { healthPaths } from './paths/health.js';
import { operatorPaths } from './paths/operators.js';
import { regionPaths } from './paths/regions.js';

/** The OpenAPI document, made from the schemas that check requests. */
export function createOpenApiDocument(): object {
  const registry = new OpenAPIRegistry();
  for (const route of [...contractPaths(), ...regionPaths(), ...operatorPaths(), ...healthPaths()]) {
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
