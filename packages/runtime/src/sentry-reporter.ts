import {
  ServerRuntimeClient,
  createStackParser,
  createTransport,
  nodeStackLineParser,
  type Event,
  type Exception,
} from '@sentry/core/server';
import type { LogLine } from './logger.js';

const SEND_MS = 5_000;
const CLOSE_MS = 2_000;
/** Events that wait to be sent; more are dropped. */
const BUFFER = 30;
const MAX_CAUSES = 8;
/** What can be searched for; the other fields only stand on the event. */
const TAGS = ['request_id', 'run_id', 'job_id', 'queue', 'trace_id', 'region_id', 'contract_id', 'route'];

export interface SentryOptions {
  readonly dsn: string;
  readonly service: string;
  readonly release: string;
  readonly environment: string;
}

export interface SentryReporter {
  report(line: LogLine): void;
  close(): Promise<void>;
}

/**
 * Sends error lines of the log to Sentry, as they were written: without secrets.
 *
 * Sentry's core alone: `@sentry/node` would bring instrumentations and an OpenTelemetry of its own.
 */
export function openSentryReporter(options: SentryOptions): SentryReporter {
  const { dsn, service, release, environment } = options;
  const parseStack = createStackParser(nodeStackLineParser());
  const client = new ServerRuntimeClient({
    dsn,
    release,
    environment,
    platform: 'node',
    runtime: { name: 'node', version: process.version },
    integrations: [],
    stackParser: parseStack,
    sendClientReports: false,
    transport: ({ url, recordDroppedEvent }) =>
      createTransport({ recordDroppedEvent, bufferSize: BUFFER }, async ({ body }) => {
        const response = await fetch(url, {
          method: 'POST',
          body: body as string,
          signal: AbortSignal.timeout(SEND_MS),
        });
        await response.arrayBuffer();
        return {
          statusCode: response.status,
          headers: {
            'x-sentry-rate-limits': response.headers.get('x-sentry-rate-limits'),
            'retry-after': response.headers.get('retry-after'),
          },
        };
      }),
  });

  function describe({
    timestamp,
    level: _level,
    message,
    service: _service,
    version: _version,
    error,
    ...fields
  }: LogLine): Event {
    const exceptions = listErrors(error).map((each): Exception => ({
      type: String(each['name']),
      value: String(each['message']),
      ...(typeof each['stack'] === 'string' ? { stacktrace: { frames: parseStack(each['stack']) } } : {}),
    }));
    const tags = TAGS.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]);
    return {
      level: 'error',
      timestamp: Date.parse(String(timestamp)) / 1000,
      logentry: { message },
      // The outermost comes last.
      ...(exceptions.length > 0 ? { exception: { values: exceptions.reverse() } } : {}),
      // One issue per place in the code, and not one per contract or path.
      fingerprint: [service, message, ...exceptions.map(({ type = '' }) => type)],
      tags: { service, ...(Object.fromEntries(tags) as Record<string, string>) },
      extra: fields,
    };
  }

  return {
    report(line) {
      client.captureEvent(describe(line));
    },
    async close() {
      await client.close(CLOSE_MS);
    },
  };
}

/** An error of a line and its causes. */
function listErrors(error: unknown): Record<string, unknown>[] {
  const errors: Record<string, unknown>[] = [];
  let next = error;
  while (typeof next === 'object' && next !== null && 'message' in next && errors.length < MAX_CAUSES) {
    const found = next as Record<string, unknown>;
    errors.push(found);
    next = found['cause'];
  }
  return errors;
}
