export { readWorkerConfig, workerEnv, type WorkerConfig } from './config.js';
export { enforceRetention } from './maintenance/retention.js';
export { createWorkerApp, type WorkerApp } from './worker-app.js';
