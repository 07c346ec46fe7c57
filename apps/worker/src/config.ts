import { ESI_COMPATIBILITY_DATE } from '@hangar-bay/domain';
import {
  databaseSettings,
  describeProductionWarnings,
  hostSettings,
  idList,
  integer,
  logSettings,
  metricsSettings,
  nodeSettings,
  parseEnv,
  port,
  queueSettings,
  telemetrySettings,
  unguessableMetricsToken,
  url,
  type EnvSource,
} from '@hangar-bay/runtime';
import { z } from 'zod';
import { archiveRules, readArchivePlace, retentionSettings } from './archive-config.js';

const CONTACT = /\S+@\S+|https?:\/\/|\b(eve|discord):/i;

const esiSettings = {
  ESI_BASE_URL: url('https:', 'http:')
    .default('https://esi.evetech.net')
    .meta({ description: 'where ESI is, or a proxy before it; in production no sandbox' }),
  ESI_USER_AGENT: z
    .string()
    .regex(CONTACT, 'expected a contact in it: an e-mail address, a URL, or an eve: or discord: name')
    .optional()
    .meta({
      description:
        'required unless ESI_BASE_URL is on this machine; must hold a contact: an e-mail address, a URL or `eve:`/`discord:` name',
    }),
  ESI_COMPATIBILITY_DATE: z.iso
    .date('expected a date such as 2026-08-04')
    .default(ESI_COMPATIBILITY_DATE)
    .meta({ description: 'the date of ESI that the client was checked against' }),
  ESI_MAX_REQUESTS_PER_SECOND: integer(1, 10_000)
    .default(20)
    .meta({ description: 'over all workers together; `start` takes 2000 with the sandbox' }),
  ESI_MAX_WAIT_SECONDS: integer(1, 3_600)
    .default(60)
    .meta({ description: 'a longer wait gives the job back instead of holding a worker' }),
};

const typeSettings = {
  TYPE_REFRESH_DAYS: integer(1, 3_650)
    .default(30)
    .meta({ description: 'types, groups, categories and market groups older than this are fetched again' }),
  TYPE_REFRESH_BATCH: integer(1, 1_000).default(50).meta({ description: 'so many of them per tick' }),
};

const sweepSettings = {
  REGION_IDS: z
    .union([z.literal('all').transform(() => null), idList()], 'expected all, or ids separated by commas')
    .default(null)
    .meta({ description: '`all`, or a comma-separated list', default: '`all`' }),
  SHIP_GROUP_IDS: idList()
    .optional()
    .meta({ description: 'type groups that count as ships; unset: all of category 6' }),
  TICK_SECONDS: integer(1, 3_600)
    .default(30)
    .meta({ description: 'how often it is asked what is due; `start` takes 5' }),
  REGION_CONCURRENCY: integer(1, 64)
    .default(4)
    .meta({ description: 'regions at a time, per worker process' }),
  CONTRACT_CONCURRENCY: integer(1, 256).default(16).meta({
    description:
      'contracts asked for at a time, per worker process; up to three times as many are looked up or stored meanwhile',
  }),
};

const probeSettings = {
  PROBE_PORT: port().default(3001).meta({
    description: "port of the worker's health and metrics; `start` takes a free one where unset",
  }),
};

export const workerEnv = z
  .object({
    ...nodeSettings,
    ...databaseSettings,
    ...queueSettings,
    ...esiSettings,
    ...sweepSettings,
    ...typeSettings,
    ...retentionSettings,
    ...hostSettings,
    ...probeSettings,
    ...metricsSettings,
    ...logSettings,
    ...telemetrySettings,
  })
  .refine((env) => env.ESI_USER_AGENT !== undefined || isLoopback(env.ESI_BASE_URL), {
    path: ['ESI_USER_AGENT'],
    message: "ESI wants to know who asks: set it to the program's name and a contact",
    // Also where other variables are not usable: all problems are told at once.
    when: () => true,
  })
  .refine((env) => env.NODE_ENV !== 'production' || !isSandbox(env), {
    path: ['ESI_BASE_URL'],
    message:
      'in production expected ESI itself, or a proxy that is told who asks (ESI_USER_AGENT), and no sandbox; NODE_ENV=development reads one',
    when: () => true,
  })
  .refine(...unguessableMetricsToken)
  .refine(...archiveRules.region)
  .refine(...archiveRules.key)
  .refine(...archiveRules.secret);

export type WorkerConfig = ReturnType<typeof readWorkerConfig>;

/** @throws ExitError with code 78 and every problem. */
export function readWorkerConfig(source: EnvSource) {
  const env = parseEnv(workerEnv, source);
  return {
    databaseUrl: env.DATABASE_URL,
    queueUrl: env.QUEUE_URL ?? env.DATABASE_URL,
    probes: { host: env.HOST, port: env.PROBE_PORT, metricsToken: env.METRICS_TOKEN },
    telemetry: {
      log: { level: env.LOG_LEVEL, format: env.LOG_FORMAT },
      environment: env.NODE_ENV,
      sentryDsn: env.SENTRY_DSN,
      isTraced: env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined,
    },
    esi: {
      baseUrl: env.ESI_BASE_URL,
      userAgent: env.ESI_USER_AGENT ?? 'hangar-bay (local)',
      compatibilityDate: env.ESI_COMPATIBILITY_DATE,
      maxRequestsPerSecond: env.ESI_MAX_REQUESTS_PER_SECOND,
      maxWaitSeconds: env.ESI_MAX_WAIT_SECONDS,
      timeoutMs: 30_000,
    },
    /** null: all that ESI lists. */
    regionIds: env.REGION_IDS,
    /** null: all groups of ESI's ship category. */
    shipGroupIds: env.SHIP_GROUP_IDS === undefined ? null : new Set(env.SHIP_GROUP_IDS),
    tickSeconds: env.TICK_SECONDS,
    regionConcurrency: env.REGION_CONCURRENCY,
    contractConcurrency: env.CONTRACT_CONCURRENCY,
    typeRefresh: { days: env.TYPE_REFRESH_DAYS, batch: env.TYPE_REFRESH_BATCH },
    retentionDays: env.RETENTION_DAYS,
    /** null: what is deleted is kept nowhere. */
    archive: readArchivePlace(env),
    /** For the log, once. */
    warnings: describeProductionWarnings(env),
  };
}

interface Esi {
  readonly ESI_BASE_URL: string;
  readonly ESI_USER_AGENT?: string | undefined;
}

/** What a sandbox makes up must not be stored among ESI's contracts. On this machine, who is not asked for a contact. */
function isSandbox({ ESI_BASE_URL, ESI_USER_AGENT }: Esi): boolean {
  const isNamedSo = URL.canParse(ESI_BASE_URL) && /sandbox/i.test(new URL(ESI_BASE_URL).hostname);
  return isNamedSo || (isLoopback(ESI_BASE_URL) && ESI_USER_AGENT === undefined);
}

function isLoopback(baseUrl: string): boolean {
  return URL.canParse(baseUrl) && ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(baseUrl).hostname);
}
