import { Router } from 'express';
import { cached } from '../cache/cached.js';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { NO_PARAMETERS, readQuery } from '../http/read-query.js';
import { listRegions } from '../queries/list-regions.js';
import { OVERVIEW_MAX_AGE_MS } from '../queries/outstanding.js';
import { serializeRegions } from '../serializers/region.js';

export function regionRoutes(context: ApiContext): Router {
  const router = Router();
  router
    .route('/')
    .get(
      cached(context, (request) => ({
        name: 'regions',
        parameters: readQuery(request, NO_PARAMETERS),
        maxAgeMs: OVERVIEW_MAX_AGE_MS,
        produce: async (db) => serializeRegions(await listRegions(db)),
      })),
    )
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
