export { dropClaim, takeClaim } from './repositories/claims.js';
export { connectDatabase, type Database, type DatabaseOptions } from './client.js';
export { migrateDatabase } from './migrations/migrate.js';
export {
  describeMigrationProblem,
  readMigrationStatus,
  type MigrationStatus,
} from './migrations/migration-status.js';
export {
  findPendingContracts,
  isPending,
  markFailed,
  markUnavailable,
  storeContractItems,
} from './repositories/contracts.js';
export {
  discardDeadLetter,
  findDeadLetter,
  listOpenDeadLetters,
  recordDeadLetter,
  reopenDeadLetter,
  type DeadLetter,
  type DeadLetterEntry,
} from './repositories/dead-letters.js';
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
export { recordSweep } from './repositories/sweeps.js';
export { findMissingTaxonomy, saveCategory, saveMarketGroup } from './repositories/taxonomy.js';
export { findGroup, findTypes, saveGroup, saveType, type KnownType } from './repositories/types.js';
export { emptySql, joinSql, sql, type Sql } from './sql.js';
