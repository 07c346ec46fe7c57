export { createBoundedReading, type Reading } from './bounded-reading.js';
export { createCircuitMetrics, type CircuitMetrics, type CircuitState } from './circuit-metrics.js';
export { currentCorrelation, withCorrelation, type Correlation } from './correlation.js';
export { createDatabaseMetrics } from './database-metrics.js';
export { checkEnv, idList, integer, parseEnv, url, type EnvSource } from './env.js';
export { ExitError } from './exit-error.js';
export { isGuessable, unguessableMetricsToken } from './guessable.js';
export { createHealthCheck, type PartHealth } from './health-check.js';
export type { Logger } from './logger.js';
export { Counter, Gauge, Histogram, METRIC_PREFIX, createMetricsRegistry, type Registry } from './metrics.js';
export { refuseMetricsReader } from './metrics-access.js';
export { describeProductionWarnings } from './production-warnings.js';
export { readVersion } from './read-version.js';
export { runProcess, type App } from './run-process.js';
export {
  databaseSettings,
  hostSettings,
  logSettings,
  metricsSettings,
  nodeSettings,
  port,
  queueSettings,
  telemetrySettings,
} from './settings.js';
export { createTelemetry, type Telemetry, type TelemetryConfig } from './telemetry.js';
export type { EndedStep, Entry, Tracing } from './tracing.js';
