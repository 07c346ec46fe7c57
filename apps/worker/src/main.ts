import { runProcess } from '@hangar-bay/runtime';
import { readWorkerConfig } from './config.js';
import { createWorkerApp } from './worker-app.js';

await runProcess(() => createWorkerApp(readWorkerConfig(process.env)));
