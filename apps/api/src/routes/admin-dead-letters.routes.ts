import {
  countDeadLetters,
  listDeadLetters,
  readDeadLetter,
  type DeadLetterPosition,
  type ListedDeadLetter,
} from '@hangar-bay/database';
import { QUEUE_NAMES } from '@hangar-bay/queues';
import { Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import type { ApiContext } from '../context.js';
import { methodNotAllowed } from '../http/middleware/error-handler.js';
import { readBody } from '../http/read-body.js';
import { NO_PARAMETERS, readPath, readQuery } from '../http/read-query.js';
import { adminAction } from '../ops/admin-action.js';
import {
  forgetDeadLetter,
  retryDeadLetter,
  retryDeadLettersOf,
  unknownEntry,
} from '../ops/dead-letter-actions.js';
import { createListCursors, cutPage, listPageSchema, listParameters } from '../ops/list-cursor.js';

const reason = z
  .string()
  .regex(/^[\w.-]{1,100}$/, 'must be the code of a reason, such as no_items')
  .meta({ description: 'A stable code, such as `no_items`' });

export const deadLetterParameters = {
  reason: { schema: reason.optional() },
  queue: { schema: z.enum(QUEUE_NAMES).optional().meta({ description: 'Where it failed' }) },
  ...listParameters,
};

export const deadLetterPathParameters = {
  id: {
    schema: z
      .string()
      .regex(/^[\x21-\x7e]{1,300}$/, 'must be the id of a dead letter')
      .meta({ description: '`dlq-<queue>-<key>`' }),
  },
};

const fields = {
  id: z.string(),
  queue: z.string(),
  reason: z.string(),
  error: z.string(),
  region_id: z.int().nullable(),
  contract_id: z.int().nullable(),
  attempts: z.int().meta({ description: 'How often it has failed for good' }),
  first_at: z.iso.datetime(),
  last_at: z.iso.datetime(),
  retried_at: z.iso.datetime().nullable().meta({ description: 'Set while it is being tried again' }),
  correlation_id: z.string().meta({ description: 'The run that failed; names it in the log' }),
};

export const deadLetterSchema = z.object(fields).meta({ id: 'DeadLetter' });

export const deadLetterDetailSchema = z
  .object({ ...fields, payload: z.unknown().meta({ description: 'What ESI sent, cut to a bounded size' }) })
  .meta({ id: 'DeadLetterDetail' });

export const deadLetterPageSchema = z
  .object({
    data: z.array(deadLetterSchema),
    page: listPageSchema,
    reasons: z.array(z.object({ reason: z.string(), count: z.int(), retrying: z.int() })).meta({
      description:
        'How many there are of each reason in this queue, or in all; `retrying` of them are being tried again',
    }),
  })
  .meta({ id: 'DeadLetterPage' });

export const retryReasonSchema = z.strictObject({ reason }).meta({ id: 'RetryReason' });

export const retriedSchema = z
  .object({ id: z.string(), outcome: z.literal('retrying') })
  .meta({ id: 'Retried' });

export const retriedReasonSchema = z
  .object({
    reason: z.string(),
    retried: z.int(),
    remaining: z.int().meta({ description: 'Those that still wait for an operator; ask again for them' }),
  })
  .meta({ id: 'RetriedReason' });

export function deadLetterRoutes(context: ApiContext): Router {
  const router = Router();
  router.route('/').get(list(context)).all(methodNotAllowed('GET', 'HEAD'));
  router
    .route('/retry')
    .post(
      adminAction(context, {
        name: 'dead_letters.retry_all',
        read(request) {
          readQuery(request, NO_PARAMETERS);
          return readBody(request, retryReasonSchema, '{"reason": "no_items"}');
        },
        target: (input) => input.reason,
        work: async (input) => ({
          status: 202,
          body: { reason: input.reason, ...(await retryDeadLettersOf(context, input.reason)) },
        }),
      }),
    )
    .all(methodNotAllowed('POST'));
  router
    .route('/:id')
    .get(show(context))
    .delete(
      adminAction(context, {
        name: 'dead_letters.discard',
        read: readId,
        target: ({ id }) => id,
        async work({ id }) {
          await forgetDeadLetter(context, id);
          return { status: 204 };
        },
      }),
    )
    .all(methodNotAllowed('GET', 'HEAD', 'DELETE'));
  router
    .route('/:id/retry')
    .post(
      adminAction(context, {
        name: 'dead_letters.retry',
        read(request) {
          readBody(request, z.strictObject({}), 'no body');
          return readId(request);
        },
        target: ({ id }) => id,
        async work({ id }) {
          await retryDeadLetter(context, id);
          return { status: 202, body: { id, outcome: 'retrying' } };
        },
      }),
    )
    .all(methodNotAllowed('POST'));
  return router;
}

function readId(request: Request): { readonly id: string } {
  readQuery(request, NO_PARAMETERS);
  return readPath(request, deadLetterPathParameters);
}

function list({ db, config }: ApiContext): RequestHandler {
  const cursors = createListCursors(config.signingKeys);
  return async (request, response) => {
    const { limit, cursor, ...filters } = readQuery(request, deadLetterParameters);
    const scope = { list: 'dead-letters', reason: filters.reason, queue: filters.queue };
    const after = readPosition(cursors.decode(scope, cursor));
    const rows = await listDeadLetters(db, filters, { after, limit: limit + 1 });
    const reasons = await countDeadLetters(db, filters);
    const { data, page } = cutPage(rows, limit, writePosition, (position) => cursors.encode(scope, position));
    response.json({ data, page, reasons });
  };
}

function show({ db }: ApiContext): RequestHandler {
  return async (request, response) => {
    const { id } = readId(request);
    const entry = await readDeadLetter(db, id);
    if (entry === null) {
      throw unknownEntry(id);
    }
    response.json(entry);
  };
}

const writePosition = ({ first_at, id }: ListedDeadLetter): string => `${first_at.getTime()} ${id}`;

function readPosition(position: string | null): DeadLetterPosition | null {
  if (position === null) {
    return null;
  }
  const [time = '', id = ''] = position.split(' ', 2);
  return { first_at: new Date(Number(time)), id };
}
