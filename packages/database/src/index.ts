export { readAggregationState, type AggregationState } from './repositories/aggregation-state.js';
export { readDatabaseCapacity, type DatabaseCapacity } from './repositories/capacity.js';
export { dropClaims, renewClaims, takeClaims } from './repositories/claims.js';
export {
  beginAudit,
  endAudit,
  listAudit,
  recordAudit,
  type AuditEntry,
  type AuditedAction,
} from './repositories/audit-log.js';
export { createChangeListener, type ChangeListener } from './changes/change-listener.js';
export { lacks, type DataState } from './changes/data-state.js';
export { advance, covers, decodePosition, encodePosition, type Position } from './changes/position.js';
export { readChanges, type ContractChange } from './changes/read-changes.js';
export { connectDatabase, type Database, type DatabaseOptions, type PoolCounts } from './client.js';
export { migrateDatabase } from './migrations/migrate.js';
export {
  describeMigrationProblem,
  findDatabaseProblem,
  readMigrationStatus,
  type MigrationStatus,
} from './migrations/migration-status.js';
export { trimChanges } from './repositories/changes.js';
export { findDueAuctions, keepBids, storeBids, type DueAuction } from './repositories/bids.js';
export {
  findPendingContracts,
  findWanted,
  markFailed,
  markUnavailable,
  storeContractItems,
  type ContractItems,
} from './repositories/contracts.js';
export {
  findOutdatedContracts,
  hasOutdatedContracts,
  storeDerived,
  type OutdatedContract,
} from './repositories/derivation.js';
export {
  addDynamicItems,
  findWaitingDynamicItems,
  hasWaitingDynamicItems,
  markDynamicItemFailed,
  putOffDynamicItem,
  saveDynamicItem,
  type DynamicItemId,
} from './repositories/dynamic-items.js';
export {
  countDeadLetters,
  countOpenDeadLetters,
  listDeadLetters,
  readDeadLetter,
  type DeadLetterPosition,
  type ListedDeadLetter,
} from './repositories/dead-letter-lists.js';
export {
  discardDeadLetter,
  findDeadLetterIds,
  forgetUnlisted,
  listOpenDeadLetters,
  recordDeadLetter,
  reopenDeadLetters,
  type DeadLetter,
  type DeadLetterEntry,
} from './repositories/dead-letters.js';
export { endExpiredContracts, hasExpiredContracts } from './repositories/expiry.js';
export { createEsiLimits } from './repositories/esi-limits.js';
export {
  findConstellationRegions,
  findUnknownSystems,
  findWaitingStations,
  markStationsUnknown,
  saveStations,
  saveSystem,
} from './repositories/locations.js';
export {
  FLAG_NAMES,
  createFlags,
  listFlags,
  setFlag,
  type Flag,
  type FlagName,
  type Flags,
} from './repositories/flags.js';
export {
  giveBackIdempotencyKey,
  keepIdempotentAnswer,
  takeIdempotencyKey,
  type IdempotencyScope,
} from './repositories/idempotency-keys.js';
export { findNamedId, findWaitingNames, saveNames } from './repositories/names.js';
export {
  addOperatorSession,
  revokeOperatorSession,
  rotateOperatorSession,
} from './repositories/operator-sessions.js';
export { forgetOperatorTraces } from './repositories/operator-traces.js';
export { findKnownRegions, requestSweeps, type RequestedRegion } from './repositories/refresh-requests.js';
export { giveBackSignInAttempt, takeSignInAttempt } from './repositories/sign-in-failures.js';
export {
  confirmPage,
  readRegionPages,
  storePage,
  type IdGap,
  type StoredPage,
} from './repositories/region-pages.js';
export {
  addRegions,
  areRegionsListed,
  completeSweep,
  findDueRegions,
  recordUnfinishedSweep,
  type SweepOutcome,
} from './repositories/regions.js';
export {
  deleteEndedContracts,
  deleteVerifiedBatch,
  dropBatch,
  markBatchVerified,
  markBatchWritten,
  openArchiveBatch,
  readArchiveLines,
  reopenBatch,
  type ArchiveBatch,
  type ArchiveLine,
  type ArchivedObject,
} from './repositories/retention.js';
export { analyseTables, findUnanalysedTables } from './repositories/statistics.js';
export { findStale, putOff, type StaleThing } from './repositories/stale-universe.js';
export { recordSweep } from './repositories/sweeps.js';
export { findMissingTaxonomy, saveCategory, saveMarketGroup } from './repositories/taxonomy.js';
export { keepItems, readItems } from './repositories/stored-items.js';
export {
  findAllTypes,
  findGroup,
  findTypes,
  readClock,
  saveGroup,
  saveTypes,
  type FetchedType,
  type KnownType,
} from './repositories/types.js';
export { emptySql, joinSql, literal, named, prepared, sql, type Sql } from './sql.js';
