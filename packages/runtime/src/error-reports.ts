import type { LogLine } from './logger.js';
import type { SentryOptions, SentryReporter } from './sentry-reporter.js';

export interface ErrorReportsOptions extends Omit<SentryOptions, 'dsn'> {
  /** Undefined: nothing is reported, and nothing of Sentry is loaded. */
  readonly dsn: string | undefined;
}

/** Reports what stands at level `error` in the log to Sentry. */
export function createErrorReports({ dsn, ...options }: ErrorReportsOptions) {
  let reporter: SentryReporter | null = null;
  return {
    report: (line: LogLine): void => reporter?.report(line),

    async start(): Promise<void> {
      if (dsn !== undefined) {
        const { openSentryReporter } = await import('./sentry-reporter.js');
        reporter = openSentryReporter({ dsn, ...options });
      }
    },

    /** Sends what is left, but does not wait long for it. */
    async stop(): Promise<void> {
      await reporter?.close();
      reporter = null;
    },
  };
}
