import { Router } from 'express';
import { z } from 'zod';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { idUpTo, listOf } from '../http/parameters.js';
import { readBody } from '../http/read-body.js';
import { NO_PARAMETERS, readQuery } from '../http/read-query.js';
import { adminAction } from '../ops/admin-action.js';
import { refreshOutcomeSchema, refreshRegions } from '../ops/refresh-regions.js';

const MAX_INT32 = 2 ** 31 - 1;

export const refreshRegionsSchema = z
  .strictObject({
    region_ids: listOf(idUpTo(MAX_INT32)).optional().meta({ description: 'Left out: all that are known' }),
  })
  .meta({ id: 'RefreshRegions' });

export const refreshedRegionsSchema = z
  .object({
    data: z.array(
      z.object({
        region_id: z.int(),
        outcome: refreshOutcomeSchema,
        cached_until: z.iso
          .datetime()
          .nullable()
          .meta({ description: "When ESI's cache of the whole list ends" }),
      }),
    ),
  })
  .meta({ id: 'RefreshedRegions' });

export function refreshRoutes(context: ApiContext): Router {
  const router = Router();
  router
    .route('/')
    .post(
      adminAction(context, {
        name: 'refresh',
        read(request) {
          readQuery(request, NO_PARAMETERS);
          const { region_ids } = readBody(
            request,
            refreshRegionsSchema,
            '{"region_ids": [10000002]} or nothing',
          );
          return region_ids === undefined ? {} : { region_ids: [...new Set(region_ids)] };
        },
        target: ({ region_ids }: { region_ids?: number[] }) => region_ids?.join(',') ?? 'all',
        work: async ({ region_ids }, { requestId }) => ({
          status: 202,
          body: { data: await refreshRegions(context, region_ids ?? null, requestId) },
        }),
      }),
    )
    .all(methodNotAllowed('POST'));
  return router;
}
