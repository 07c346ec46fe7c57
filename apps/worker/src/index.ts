export { readWorkerConfig, workerEnv, type WorkerConfig } from './config.js';
export { createWorkerApp } from './worker-app.js';
