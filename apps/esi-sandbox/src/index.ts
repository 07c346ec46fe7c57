export { createSandboxApp, type SandboxApp } from './app.js';
export { sandboxConfigFrom, sandboxEnv, type SandboxConfig, type TokenBucketConfig } from './config.js';
export type { Fault, FaultKind } from './faults/fault-schema.js';
export { createRandom, type Random } from './random.js';
export type { LoggedRequest } from './request-log.js';
export { loadStaticData, type StaticData, type StaticType } from './static-data.js';
export type { RegionTruth, TrueContract } from './truth.js';
