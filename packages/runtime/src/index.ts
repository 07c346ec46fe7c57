export { currentCorrelation, withCorrelation, type Correlation } from './correlation.js';
export { checkEnv, idList, integer, parseEnv, url, type EnvSource } from './env.js';
export { ExitError } from './exit-error.js';
export { createLogger, type Logger, type LoggerOptions } from './logger.js';
export { Counter, Gauge, Histogram, METRIC_PREFIX, createMetricsRegistry, type Registry } from './metrics.js';
export { runProcess, type App } from './run-process.js';
export { databaseSettings, logSettings, nodeSettings, port, queueSettings } from './settings.js';
