import { Router } from 'express';
import { z } from 'zod';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { NO_PARAMETERS, readQuery } from '../http/read-query.js';
import { countQueueJobs, queueCountsSchema } from '../ops/count-queue-jobs.js';
import { countAllDeadLetters } from '../queries/count-all-dead-letters.js';
import { esiBudgetSchema, readEsiBudgets } from '../queries/read-esi-budget.js';

export const statusSchema = z
  .object({
    as_of: z.iso.datetime(),
    queues: z
      .array(queueCountsSchema)
      .nullable()
      .meta({ description: 'Null where the broker does not answer' }),
    esi: z
      .array(esiBudgetSchema)
      .meta({ description: 'What the workers know of ESI; the one that they asked last comes first' }),
    dead_letters: z.object({
      waiting: z.int().meta({ description: 'For an operator' }),
      retrying: z.int(),
      oldest_at: z.iso.datetime().nullable().meta({ description: 'Of those that wait' }),
    }),
  })
  .meta({ id: 'Status' });

export function statusRoutes({ db, producer, logger }: ApiContext): Router {
  const router = Router();
  router
    .route('/')
    .get(async (request, response) => {
      readQuery(request, NO_PARAMETERS);
      const [queues, esi, deadLetters] = await Promise.all([
        countQueueJobs(producer, logger),
        readEsiBudgets(db),
        countAllDeadLetters(db),
      ]);
      response.json({ as_of: new Date().toISOString(), queues, esi, dead_letters: deadLetters });
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
