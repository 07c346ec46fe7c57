import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import {
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  diag,
  isSpanContextValid,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { withCorrelation } from './correlation.js';
import { redactText } from './redact.js';
import type { SpanAttributes, Tracing, TracingOptions } from './tracing.js';
import { within } from './within.js';

const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER } as const;
const TRACEPARENT = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/;
/** Of one export. */
const EXPORT_MS = 3_000;
/** A collector that does not answer holds up the end of the process for so long, whatever was tried before. */
const CLOSE_MS = 2_000;

export interface OpenTracer extends Tracing {
  close(): Promise<void>;
}

/**
 * Spans that are sent to the collector at `OTEL_EXPORTER_OTLP_ENDPOINT`.
 *
 * They are made at our own borders instead of by instrumentations, which would have to hook into the loading of
 * modules before anything else; and nothing is registered for the whole process, so that two apps can share one.
 */
export function openTracer({ service, version, onProblem }: Omit<TracingOptions, 'isOn'>): OpenTracer {
  const report = (message: string) => onProblem(redactText(message));
  const quiet = () => undefined;
  diag.setLogger(
    { error: report, warn: report, info: quiet, debug: quiet, verbose: quiet },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': service, 'service.version': version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ timeoutMillis: EXPORT_MS }))],
  });
  const tracer = provider.getTracer('hangar-bay', version);
  const active = new AsyncLocalStorage<Context>();

  return {
    enter(name, { kind, parent, attributes }) {
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes: known(attributes) }, read(parent));
      const context = trace.setSpan(ROOT_CONTEXT, span);
      return {
        run: (work) =>
          withCorrelation({ trace_id: span.spanContext().traceId }, () => active.run(context, work)),
        end: (more = {}, error) => end(span, more, error),
      };
    },

    async step(name, attributes, work) {
      const parent = active.getStore();
      if (parent === undefined) {
        return work();
      }
      const span = tracer.startSpan(name, { attributes: known(attributes) }, parent);
      try {
        const result = await active.run(trace.setSpan(parent, span), work);
        end(span, {});
        return result;
      } catch (error) {
        end(span, {}, error);
        throw error;
      }
    },

    record(name, { seconds, attributes, failed }) {
      const parent = active.getStore();
      if (parent === undefined) {
        return;
      }
      const endTime = Date.now();
      const startTime = endTime - seconds * 1000;
      const span = tracer.startSpan(
        name,
        { kind: SpanKind.CLIENT, attributes: known(attributes), startTime },
        parent,
      );
      if (failed) {
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end(endTime);
    },

    carry() {
      const span = trace.getSpan(active.getStore() ?? ROOT_CONTEXT)?.spanContext();
      return span && `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, '0')}`;
    },

    async close() {
      try {
        if (!(await within(CLOSE_MS, provider.shutdown()))) {
          report(`the last ones were not sent within ${CLOSE_MS} ms`);
        }
      } catch (error) {
        report(String(error));
      }
    },
  };
}

function end(span: Span, attributes: SpanAttributes, error?: unknown): void {
  span.setAttributes(known(attributes));
  if (error !== undefined) {
    const { name, message, stack } = error instanceof Error ? error : new Error(inspect(error));
    span.recordException({ name, message: redactText(message), stack: redactText(stack ?? '') });
    span.setStatus({ code: SpanStatusCode.ERROR, message: redactText(message) });
  }
  span.end();
}

function known(attributes: SpanAttributes): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
    ),
  );
}

/** The context that a `traceparent` tells of. */
function read(traceparent: string | undefined): Context {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}
