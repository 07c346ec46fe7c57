import { runProcess } from '@hangar-bay/runtime';
import { createApiApp } from './api-app.js';
import { readApiConfig } from './config.js';

await runProcess(() => createApiApp(readApiConfig(process.env)));
