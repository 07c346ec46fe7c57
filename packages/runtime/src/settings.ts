import { z } from 'zod';
import { integer, url } from './env.js';

/** Variables that more than one app reads. `description` and `default` feed the README's table. */
export const logSettings = {
  LOG_LEVEL: z
    .enum(['error', 'warn', 'info', 'debug'], 'expected error, warn, info or debug')
    .default('info')
    .meta({ description: '`error`, `warn` (which `start` takes), `info`, `debug`' }),
  LOG_FORMAT: z
    .enum(['json', 'pretty'], 'expected json or pretty')
    .default('json')
    .meta({ description: '`json`, or `pretty` for people, which `start` takes' }),
};

export const telemetrySettings = {
  SENTRY_DSN: url('https:', 'http:').optional().meta({
    description: 'where Sentry takes errors that somebody must act on; unset: they stand in the log alone',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('https:', 'http:').optional().meta({
    description:
      'where a collector takes traces by OTLP over HTTP, such as `http://collector:4318`; other `OTEL_*` variables count then too; unset: nothing is traced',
  }),
};

export const databaseSettings = {
  DATABASE_URL: url('postgresql:', 'postgres:').meta({
    description: '`postgresql://…`; required, but `start` runs its own where unset',
  }),
};

export const queueSettings = {
  QUEUE_URL: url('redis:', 'rediss:', 'postgresql:', 'postgres:').optional().meta({
    description:
      '`redis://`, `rediss://`: queues on Redis or Valkey; `postgresql://`: on PostgreSQL. Unset: `DATABASE_URL`',
  }),
};

export const nodeSettings = {
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'expected production, development or test')
    .default('production')
    .meta({ description: '`development`, `test`; the launcher and the test runner set their own' }),
};

export const hostSettings = {
  HOST: z.string().max(255).default('0.0.0.0').meta({
    description: "address of the API, and of the worker's probes; `start` takes `127.0.0.1` where unset",
  }),
};

export const metricsSettings = {
  METRICS_TOKEN: z
    .string()
    .regex(/^[\w.~+/=-]{16,}$/, 'expected at least 16 characters of a bearer token')
    .optional()
    .meta({
      description:
        'bearer token of `/metrics`, at least 16 characters; unset: `/metrics` answers only on loopback',
    }),
};

/** A TCP port; 0 lets the system choose. */
export const port = () => integer(0, 65_535);
