export { createHangarBayClient, type HangarBayClient, type HangarBayClientOptions } from './client.js';
export { isProblem, type Problem } from './problem.js';
export type { components, operations, paths } from './schema.js';
