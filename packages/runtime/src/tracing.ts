export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Something that came into this process, and what it led to. */
export interface Entry {
  /** Runs work of which every step belongs to this; its log lines carry the trace_id. */
  run<Result>(work: () => Result): Result;
  /** `error`: what it failed with. */
  end(attributes?: SpanAttributes, error?: unknown): void;
}

export interface EntryOptions {
  readonly kind: 'server' | 'consumer';
  /** A `traceparent` of whoever caused it; without one, or with another text, a trace begins here. */
  readonly parent?: string | undefined;
  readonly attributes: SpanAttributes;
}

/** A step that is over. */
export interface EndedStep {
  readonly seconds: number;
  readonly attributes: SpanAttributes;
  readonly failed: boolean;
}

/** Spans at the borders of a process. Where nothing is to be traced, nothing of this costs anything. */
export interface Tracing {
  enter(name: string, options: EntryOptions): Entry;
  /** Runs a step of what is traced at the moment; of nothing else is there a span. */
  step<Result>(name: string, attributes: SpanAttributes, work: () => Promise<Result>): Promise<Result>;
  /** Adds a step that has just ended to what is traced at the moment. */
  record(name: string, step: EndedStep): void;
  /** The `traceparent` of what is traced at the moment, for those that go on with it elsewhere. */
  carry(): string | undefined;
}

export interface TracingOptions {
  readonly service: string;
  readonly version: string;
  /** False: nothing of OpenTelemetry is loaded. Where it sends to, and how much, it reads from the `OTEL_*` variables. */
  readonly isOn: boolean;
  /** Told where spans cannot be sent. */
  readonly onProblem: (problem: string) => void;
}
