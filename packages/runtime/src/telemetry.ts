import { createTracing } from './create-tracing.js';
import { createErrorReports } from './error-reports.js';
import { createLogger, type LogLevel, type ProcessLogger } from './logger.js';
import type { Tracing } from './tracing.js';

export interface TelemetryConfig {
  readonly log: { readonly level: LogLevel; readonly format: 'json' | 'pretty' };
  readonly environment: string;
  readonly sentryDsn: string | undefined;
  readonly isTraced: boolean;
}

/** What a process says of itself, beside its metrics. */
export interface Telemetry {
  readonly logger: ProcessLogger;
  readonly tracing: Tracing;
  /** Loads what is wanted of OpenTelemetry and Sentry; before, there are logs alone. */
  start(): Promise<void>;
  /** Writes and sends what is left; waits some seconds for it at the most. Logs go on. */
  stop(): Promise<void>;
}

export function createTelemetry(
  { log, environment, sentryDsn, isTraced }: TelemetryConfig,
  { service, version }: { readonly service: string; readonly version: string },
): Telemetry {
  const reports = createErrorReports({ dsn: sentryDsn, service, release: version, environment });
  const logger = createLogger({ service, version, ...log, onError: (line) => reports.report(line) });
  const tracing = createTracing({
    service: `hangar-bay-${service}`,
    version,
    isOn: isTraced,
    onProblem: (problem) => logger.warn('traces could not be sent', { problem }),
  });
  return {
    logger,
    tracing,
    async start() {
      await Promise.all([tracing.start(), reports.start()]);
    },
    async stop() {
      logger.flush();
      await Promise.all([tracing.stop(), reports.stop()]);
    },
  };
}
