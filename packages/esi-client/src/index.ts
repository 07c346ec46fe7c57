export { createEsiClient, type EsiClient, type EsiClientOptions } from './client.js';
export type { ContractItems } from './contract-items.js';
export { EsiError } from './esi-error.js';
export type { ObservedAnswer } from './http.js';
export { PAUSE_REASONS, type LimitsReport, type PauseReason } from './limits/describe.js';
export type { SharedLimits, StoredLimits } from './limits/shared-limits.js';
export { NAMES_PER_REQUEST } from './names.js';
export type { RegionPage } from './region-page.js';
