export { standaloneEnv } from './config.js';
