import { listAudit } from '@hangar-bay/database';
import { Router } from 'express';
import { z } from 'zod';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { readQuery } from '../http/read-query.js';
import { createListCursors, cutPage, listPageSchema, listParameters } from '../ops/list-cursor.js';

const name = z.string().regex(/^[\w.@-]{1,100}$/, 'must be a name of letters, digits and . _ @ -');

export const auditParameters = {
  operator: { schema: name.optional().meta({ description: 'Whose actions' }) },
  action: { schema: name.optional().meta({ description: 'Such as `flags.set`' }) },
  ...listParameters,
};

const auditEntrySchema = z
  .object({
    audit_id: z.int(),
    at: z.iso.datetime(),
    operator: z.string(),
    role: z.string().meta({ description: 'At that time' }),
    action: z.string().meta({
      description:
        '`refresh`, `dead_letters.retry`, `dead_letters.retry_all`, `dead_letters.discard`, `flags.set`, `queues` (in Bull Board), `sign_in`, `sign_out`, `refresh_token_reused`',
    }),
    target: z.string().nullable().meta({ description: 'On what' }),
    details: z.record(z.string(), z.unknown()).meta({ description: 'What was asked for' }),
    outcome: z
      .enum(['started', 'done', 'refused', 'failed'])
      .meta({ description: '`started`: it is on its way, or was cut off' }),
    status: z.int().nullable().meta({ description: 'Of the answer' }),
    request_id: z.string(),
  })
  .meta({ id: 'AuditEntry' });

export const auditPageSchema = z
  .object({ data: z.array(auditEntrySchema), page: listPageSchema })
  .meta({ id: 'AuditPage' });

export function auditRoutes({ db, config }: ApiContext): Router {
  const router = Router();
  const cursors = createListCursors(config.signingKeys);
  router
    .route('/')
    .get(async (request, response) => {
      const { limit, cursor, operator, action } = readQuery(request, auditParameters);
      const scope = { list: 'audit', operator, action };
      const position = cursors.decode(scope, cursor);
      const rows = await listAudit(
        db,
        { operator, action },
        { before: position === null ? null : Number(position), limit: limit + 1 },
      );
      response.json(
        cutPage(
          rows,
          limit,
          ({ audit_id }) => String(audit_id),
          (place) => cursors.encode(scope, place),
        ),
      );
    })
    .all(methodNotAllowed('GET', 'HEAD'));
  return router;
}
