import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { auditPageSchema, auditParameters } from '../../routes/admin-audit.routes.js';
import {
  deadLetterDetailSchema,
  deadLetterPageSchema,
  deadLetterParameters,
  deadLetterPathParameters,
  retriedReasonSchema,
  retriedSchema,
  retryReasonSchema,
} from '../../routes/admin-dead-letters.routes.js';
import {
  flagListSchema,
  flagPathParameters,
  flagSchema,
  setFlagSchema,
} from '../../routes/admin-flags.routes.js';
import { refreshRegionsSchema, refreshedRegionsSchema } from '../../routes/admin-refresh.routes.js';
import { statusSchema } from '../../routes/admin-status.routes.js';
import { answer, problems, queryOf } from '../parts.js';
import { FOR_OPERATORS } from '../security.js';
import { jsonBody, problemsThat } from './operators.js';

const tags = ['operators'];
const security = FOR_OPERATORS;

const reading = {
  ...problems(400, 429, 503),
  ...problemsThat({ 401: 'Not signed in, or the access token has ended' }),
};

const acting = {
  ...reading,
  ...problems(413, 415),
  ...problemsThat({
    403: 'A viewer may not (`role_too_low`), or a page of another site sent the cookie (`cross_site_request`)',
    503: 'The database or the queues are away, or an operator has switched `admin_writes` off (`switched_off`); see Retry-After',
  }),
};

const once = problemsThat({
  409: 'The request of this Idempotency-Key has not ended yet; see Retry-After',
  422: 'This Idempotency-Key was used with another body',
});

const unknownDeadLetter = problemsThat({ 404: 'It was settled, discarded, or never there' });

const idempotency = {
  headers: z.object({
    'Idempotency-Key': z.string().optional().meta({
      description:
        'Up to 200 visible characters. For 24 hours the same key of the same operator on the same path gives the first answer again, marked with `Idempotency-Replayed: true`, and does nothing; after a 5xx it does',
    }),
  }),
};

export function adminPaths(): RouteConfig[] {
  return [
    {
      method: 'get',
      path: '/api/v1/admin/status',
      operationId: 'getStatus',
      summary: 'Queues, the budget of ESI, and how much failed for good',
      description:
        'Within a second also while the broker hangs. How old each region is, `GET /api/v1/regions` tells.',
      tags,
      security,
      responses: { 200: answer({ description: 'As it is now', schema: statusSchema }), ...reading },
    },
    {
      method: 'post',
      path: '/api/v1/admin/refresh',
      operationId: 'refreshRegions',
      summary: "Has regions swept as soon as ESI's caches allow",
      description:
        'Tells for each region whether a sweep is queued, runs already, or waits for the cache to end.',
      tags,
      security,
      request: { ...idempotency, ...jsonBody(refreshRegionsSchema, { required: false }) },
      responses: {
        202: answer({ description: 'What becomes of each region', schema: refreshedRegionsSchema }),
        ...acting,
        ...once,
      },
    },
    {
      method: 'get',
      path: '/api/v1/admin/dead-letters',
      operationId: 'listDeadLetters',
      summary: 'What failed for good, and how much of each reason there is',
      tags,
      security,
      request: { query: queryOf(deadLetterParameters) },
      responses: {
        200: answer({
          description: 'Those that failed first the latest come first',
          schema: deadLetterPageSchema,
        }),
        ...reading,
      },
    },
    {
      method: 'get',
      path: '/api/v1/admin/dead-letters/{id}',
      operationId: 'getDeadLetter',
      summary: 'One of them, with what ESI sent',
      tags,
      security,
      request: { params: queryOf(deadLetterPathParameters) },
      responses: {
        200: answer({ description: 'The entry', schema: deadLetterDetailSchema }),
        ...reading,
        ...unknownDeadLetter,
      },
    },
    {
      method: 'delete',
      path: '/api/v1/admin/dead-letters/{id}',
      operationId: 'discardDeadLetter',
      summary: 'Forgets one, in Bull Board too; what it is about stays as it is',
      tags,
      security,
      request: { params: queryOf(deadLetterPathParameters) },
      responses: { 204: { description: 'Forgotten' }, ...acting, ...unknownDeadLetter },
    },
    {
      method: 'post',
      path: '/api/v1/admin/dead-letters/{id}/retry',
      operationId: 'retryDeadLetter',
      summary: 'Tries one again; what fails again is the same entry',
      tags,
      security,
      request: { ...idempotency, params: queryOf(deadLetterPathParameters) },
      responses: {
        202: answer({ description: 'It is being tried again', schema: retriedSchema }),
        ...acting,
        ...unknownDeadLetter,
        ...once,
      },
    },
    {
      method: 'post',
      path: '/api/v1/admin/dead-letters/retry',
      operationId: 'retryDeadLetters',
      summary: 'Tries all of a reason again, up to 200 with each request',
      tags,
      security,
      request: { ...idempotency, ...jsonBody(retryReasonSchema, { required: true }) },
      responses: {
        202: answer({ description: 'How many, and how many are left', schema: retriedReasonSchema }),
        ...acting,
        ...once,
      },
    },
    {
      method: 'get',
      path: '/api/v1/admin/flags',
      operationId: 'listFlags',
      summary: 'The kill switches',
      tags,
      security,
      responses: { 200: answer({ description: 'All of them', schema: flagListSchema }), ...reading },
    },
    {
      method: 'put',
      path: '/api/v1/admin/flags/{name}',
      operationId: 'setFlag',
      summary: 'Switches something off or on',
      description:
        'All processes follow within about two seconds, without a restart. Possible while `admin_writes` is off.',
      tags,
      security,
      request: { params: queryOf(flagPathParameters), ...jsonBody(setFlagSchema, { required: true }) },
      responses: {
        200: answer({ description: 'The switch as it is now', schema: flagSchema }),
        ...acting,
        ...problemsThat({ 404: 'There is no switch of this name, or no such region' }),
      },
    },
    {
      method: 'get',
      path: '/api/v1/admin/audit',
      operationId: 'listAudit',
      summary: 'Who did what, the newest first; kept for a year',
      tags,
      security,
      request: { query: queryOf(auditParameters) },
      responses: { 200: answer({ description: 'A page of it', schema: auditPageSchema }), ...reading },
    },
  ];
}
