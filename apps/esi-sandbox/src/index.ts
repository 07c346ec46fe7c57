export { createSandboxApp, type SandboxApp } from './app.js';
export { sandboxConfigFrom, sandboxEnv, type SandboxConfig, type TokenBucketConfig } from './config.js';
export type { Fault, FaultKind } from './faults/fault-schema.js';
export type { LoggedRequest } from './request-log.js';
export type { RegionTruth, TrueContract } from './truth.js';
