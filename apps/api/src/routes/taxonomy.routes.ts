import { Router } from 'express';
import { cached } from '../cache/cached.js';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { NO_PARAMETERS, readQuery } from '../http/read-query.js';
import { listTaxonomy } from '../queries/list-taxonomy.js';
import { OVERVIEW_MAX_AGE_MS } from '../queries/outstanding.js';
import { serializeTaxonomy } from '../serializers/taxonomy.js';

export function taxonomyRoutes(context: ApiContext): Router {
  const router = Router();
  router
    .route('/')
    .get(
      cached(context, (request) => ({
        name: 'taxonomy',
        parameters: readQuery(request, NO_PARAMETERS),
        maxAgeMs: OVERVIEW_MAX_AGE_MS,
        produce: async (db) => serializeTaxonomy(await listTaxonomy(db)),
      })),
    )
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
