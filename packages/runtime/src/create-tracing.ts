import type { OpenTracer } from './open-tracer.js';
import type { Entry, Tracing, TracingOptions } from './tracing.js';

const UNTRACED: Entry = { run: (work) => work(), end: () => undefined };

/** Traces nothing before its start and after its stop. */
export function createTracing({ isOn, ...options }: TracingOptions) {
  let tracer: OpenTracer | null = null;
  const tracing: Tracing = {
    enter: (name, entry) => tracer?.enter(name, entry) ?? UNTRACED,
    step: (name, attributes, work) => (tracer === null ? work() : tracer.step(name, attributes, work)),
    record: (name, step) => tracer?.record(name, step),
    carry: () => tracer?.carry(),
  };
  return {
    ...tracing,

    async start(): Promise<void> {
      if (isOn) {
        const { openTracer } = await import('./open-tracer.js');
        tracer = openTracer(options);
      }
    },

    /** Sends what is left, but does not wait long for it. */
    async stop(): Promise<void> {
      await tracer?.close();
      tracer = null;
    },
  };
}
