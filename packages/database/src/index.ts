export { dropClaim, renewClaim, takeClaim } from './repositories/claims.js';
export { connectDatabase, type Database, type DatabaseOptions } from './client.js';
export { migrateDatabase } from './migrations/migrate.js';
export {
  describeMigrationProblem,
  readMigrationStatus,
  type MigrationStatus,
} from './migrations/migration-status.js';
export { findDueAuctions, keepBids, storeBids, type DueAuction } from './repositories/bids.js';
export {
  findPendingContracts,
  isPending,
  markFailed,
  markUnavailable,
  storeContractItems,
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
  saveDynamicItem,
  type DynamicItemId,
} from './repositories/dynamic-items.js';
export {
  discardDeadLetter,
  findDeadLetter,
  listOpenDeadLetters,
  recordDeadLetter,
  reopenDeadLetter,
  type DeadLetter,
  type DeadLetterEntry,
} from './repositories/dead-letters.js';
export { createEsiLimits } from './repositories/esi-limits.js';
export {
  findConstellationRegions,
  findUnknownSystems,
  findWaitingStations,
  markStationsUnknown,
  saveStations,
  saveSystem,
} from './repositories/locations.js';
export { findWaitingNames, saveNames } from './repositories/names.js';
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
export { findStale, putOff, type StaleThing } from './repositories/stale-universe.js';
export { recordSweep } from './repositories/sweeps.js';
export { findMissingTaxonomy, saveCategory, saveMarketGroup } from './repositories/taxonomy.js';
export { findGroup, findTypes, saveGroup, saveType, type KnownType } from './repositories/types.js';
export { emptySql, joinSql, sql, type Sql } from './sql.js';
