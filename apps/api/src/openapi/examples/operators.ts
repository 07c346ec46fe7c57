import type { z } from 'zod';
import type { Credentials } from '../../auth/sign-in.js';
import type { Report } from '../../health/readiness.js';
import type { auditPageSchema } from '../../routes/admin-audit.routes.js';
import type {
  deadLetterDetailSchema,
  deadLetterPageSchema,
  deadLetterSchema,
  retriedReasonSchema,
  retriedSchema,
  retryReasonSchema,
} from '../../routes/admin-dead-letters.routes.js';
import type { flagListSchema, flagSchema, setFlagSchema } from '../../routes/admin-flags.routes.js';
import type { refreshRegionsSchema, refreshedRegionsSchema } from '../../routes/admin-refresh.routes.js';
import type { statusSchema } from '../../routes/admin-status.routes.js';
import type { refreshSchema, tokenSchema } from '../../routes/auth.routes.js';
import { DEAD_LETTER_ID, OPERATOR } from './parameters.js';

const ACCESS_TOKEN = 'eyJhbGciOiJIUzI1NiIsImtpZCI6ImZpcnN0In0.eyJzdWIiOiJhZGEifQ.c29tZS1zaWduYXR1cmU';
const REFRESH_TOKEN = 'c29tZS1yZWZyZXNoLXRva2Vu';
const REQUEST_ID = '3d0f0a8e-6b0f-4a0e-8c57-2f8a4b1c9d20';

const DEAD_LETTER: z.output<typeof deadLetterSchema> = {
  id: DEAD_LETTER_ID,
  queue: 'contract',
  reason: 'no_items',
  error: 'ESI answered 200 with no items.',
  region_id: 10000002,
  contract_id: 219450317,
  attempts: 1,
  first_at: '2026-08-18T11:07:31.204Z',
  last_at: '2026-08-18T11:07:31.204Z',
  retried_at: null,
  correlation_id: 'b2c6a5de-0a3c-4b9d-9c3f-6a1f0d9b7e11',
};

const REGION_OFF: z.output<typeof flagSchema> = {
  name: 'region:10000002',
  enabled: false,
  reason: 'Its list has been inconsistent since noon.',
  changed_by: OPERATOR,
  changed_at: '2026-08-18T12:40:02.118Z',
};

const healthy = { status: 'ok' } as const;

interface OperatorExamples {
  readonly Credentials: Credentials;
  readonly Token: z.input<typeof tokenSchema>;
  readonly Status: z.output<typeof statusSchema>;
  readonly RefreshRequest: z.input<typeof refreshSchema>;
  readonly RefreshRegions: z.input<typeof refreshRegionsSchema>;
  readonly RefreshedRegions: z.output<typeof refreshedRegionsSchema>;
  readonly DeadLetterPage: z.output<typeof deadLetterPageSchema>;
  readonly DeadLetterDetail: z.output<typeof deadLetterDetailSchema>;
  readonly Retried: z.output<typeof retriedSchema>;
  readonly RetryReason: z.input<typeof retryReasonSchema>;
  readonly RetriedReason: z.output<typeof retriedReasonSchema>;
  readonly FlagList: z.output<typeof flagListSchema>;
  readonly Flag: z.output<typeof flagSchema>;
  readonly SetFlag: z.input<typeof setFlagSchema>;
  readonly AuditPage: z.output<typeof auditPageSchema>;
  readonly Liveness: { readonly status: 'ok' };
  readonly Readiness: Report;
  readonly 'isReady 503': Report;
  readonly 'getMetrics 200': string;
}

export const OPERATOR_EXAMPLES: OperatorExamples = {
  Credentials: { username: OPERATOR, password: 'correct horse battery staple' },
  Token: {
    access_token: ACCESS_TOKEN,
    refresh_token: REFRESH_TOKEN,
    token_type: 'Bearer',
    expires_in: 1_800,
    refresh_expires_in: 604_800,
  },
  RefreshRequest: { refresh_token: REFRESH_TOKEN },
  Status: {
    as_of: '2026-08-18T12:41:00.000Z',
    queues: [{ queue: 'contract', waiting: 1_204, running: 16, delayed: 3, failed: 1, paused: false }],
    esi: [
      {
        host: 'esi.evetech.net',
        last_active_at: '2026-08-18T12:40:59.310Z',
        workers: 2,
        errors_used: 4,
        errors_left: 96,
        paused_until: null,
        down: false,
        routes_down: [],
        rate_limited: [],
      },
    ],
    dead_letters: { waiting: 1, retrying: 0, oldest_at: '2026-08-18T11:07:31.204Z' },
  },
  RefreshRegions: { region_ids: [10000002] },
  RefreshedRegions: {
    data: [{ region_id: 10000002, outcome: 'cached', cached_until: '2026-08-18T11:35:00.000Z' }],
  },
  DeadLetterPage: {
    data: [DEAD_LETTER],
    page: { limit: 50, next_cursor: null },
    reasons: [{ reason: 'no_items', count: 1, retrying: 0 }],
  },
  DeadLetterDetail: { ...DEAD_LETTER, payload: [] },
  Retried: { id: DEAD_LETTER_ID, outcome: 'retrying' },
  RetryReason: { reason: 'no_items' },
  RetriedReason: { reason: 'no_items', retried: 12, remaining: 0 },
  FlagList: {
    data: [
      { name: 'aggregation', enabled: true, reason: null, changed_by: null, changed_at: null },
      REGION_OFF,
    ],
  },
  Flag: REGION_OFF,
  SetFlag: { enabled: false, reason: 'Its list has been inconsistent since noon.' },
  AuditPage: {
    data: [
      {
        audit_id: 318,
        at: '2026-08-18T12:40:02.120Z',
        operator: OPERATOR,
        role: 'operator',
        action: 'flags.set',
        target: 'region:10000002',
        details: { enabled: false },
        outcome: 'done',
        status: 200,
        request_id: REQUEST_ID,
      },
    ],
    page: { limit: 50, next_cursor: null },
  },
  Liveness: healthy,
  Readiness: { status: 'ok', parts: { database: healthy, migrations: healthy, broker: healthy } },
  'isReady 503': {
    status: 'unready',
    parts: {
      database: { status: 'failed', reason: 'no answer within 800 ms' },
      migrations: { status: 'failed', reason: 'does not answer' },
      broker: healthy,
    },
  },
  'getMetrics 200':
    '# TYPE hangar_bay_missing_names_total counter\nhangar_bay_missing_names_total{kind="issuer"} 3\n',
};
