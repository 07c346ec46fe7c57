export { readWorkerConfig, workerEnv, type WorkerConfig } from './config.js';
export { enforceRetention } from './maintenance/retention.js';
export { createWorkerApp } from './worker-app.js';
