import { Router } from 'express';
import { cached } from '../cache/cached.js';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { readQuery } from '../http/read-query.js';
import { SHIP_FILTERS, listShips } from '../queries/list-ships.js';
import { namedInOffer } from '../queries/named-things.js';
import { OVERVIEW_MAX_AGE_MS } from '../queries/outstanding.js';
import { serializeShips } from '../serializers/ship.js';

/** The whole list at once: there are some 400 types of ships, and a page of them would help nobody. */
export function shipRoutes(context: ApiContext): Router {
  const { missingNames } = context;
  const router = Router();
  router
    .route('/')
    .get(
      cached(context, (request) => {
        const parameters = readQuery(request, SHIP_FILTERS);
        return {
          name: 'ships',
          parameters,
          maxAgeMs: OVERVIEW_MAX_AGE_MS,
          async produce(db) {
            const offers = await listShips(db, parameters);
            missingNames.report(offers.rows.flatMap(namedInOffer));
            return serializeShips(offers);
          },
        };
      }),
    )
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
