import { Router } from 'express';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { NO_PARAMETERS, readQuery } from '../http/read-query.js';
import { listRegions } from '../queries/list-regions.js';
import { serializeRegions } from '../serializers/region.js';

export function regionRoutes({ db }: ApiContext): Router {
  const router = Router();
  router
    .route('/')
    .get(async (request, response) => {
      readQuery(request, NO_PARAMETERS);
      response.json(serializeRegions(await listRegions(db)));
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
