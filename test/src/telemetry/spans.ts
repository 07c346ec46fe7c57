import type { Received } from './recording-server.js';

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: number | string };
}

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly status: { readonly code?: number };
}

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly service: string | undefined;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly failed: boolean;
}

/** The spans of what a collector was sent, by OTLP in JSON. */
export function readSpans(received: readonly Received[]): Span[] {
  return received
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ body }) => (JSON.parse(body) as OtlpBody).resourceSpans)
    .flatMap(({ resource, scopeSpans }) => {
      const service = readAttributes(resource.attributes)['service.name'];
      return scopeSpans
        .flatMap(({ spans }) => spans)
        .map((span) => ({
          traceId: span.traceId,
          spanId: span.spanId,
          parentSpanId: span.parentSpanId,
          name: span.name,
          service,
          attributes: readAttributes(span.attributes),
          failed: span.status.code === 2,
        }));
    });
}

/** Names from the first span of a trace to this one. */
export function pathOf(span: Span, spans: readonly Span[]): string[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return [...(parent === undefined ? [] : pathOf(parent, spans)), span.name];
}

function readAttributes(attributes: readonly Attribute[]): Record<string, string | undefined> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue)]),
  );
}
