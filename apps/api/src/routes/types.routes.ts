import { Router } from 'express';
import { cached } from '../cache/cached.js';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { idUpTo } from '../http/parameters.js';
import { Problem } from '../http/problem.js';
import { NO_PARAMETERS, readPath, readQuery } from '../http/read-query.js';
import { findType } from '../queries/find-type.js';
import { INT32_MAX } from '../queries/limits.js';
import { OVERVIEW_MAX_AGE_MS } from '../queries/outstanding.js';
import { serializeType } from '../serializers/type.js';

export const typePathParameters = {
  type_id: { schema: idUpTo(INT32_MAX).meta({ description: "ESI's id of the type" }), numeric: true },
};

export function typeRoutes(context: ApiContext): Router {
  const router = Router();
  router
    .route('/:type_id')
    .get(
      cached(context, (request) => {
        const { type_id } = readPath(request, typePathParameters);
        readQuery(request, NO_PARAMETERS);
        return {
          name: 'type',
          parameters: { type_id },
          maxAgeMs: OVERVIEW_MAX_AGE_MS,
          async produce(db) {
            const type = await findType(db, type_id);
            if (type === null) {
              throw new Problem('not_found', `No contract has held anything of type ${type_id} yet.`);
            }
            return serializeType(type);
          },
        };
      }),
    )
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
