import { createArchiveStore, type ArchiveStore } from '@hangar-bay/archive';
import {
  connectDatabase,
  createEsiLimits,
  createFlags,
  type Database,
  type Flags,
} from '@hangar-bay/database';
import { createEsiClient, type EsiClient } from '@hangar-bay/esi-client';
import { createProducer, type Producer } from '@hangar-bay/queues';
import { createDatabaseMetrics, createLogger, type Logger } from '@hangar-bay/runtime';
import type { WorkerConfig } from './config.js';
import { createMaintenanceMemory, type MaintenanceMemory } from './maintenance/memory.js';
import { watchStored } from './metrics/stored-gauges.js';
import { createWorkerMetrics, type WorkerMetrics } from './metrics/worker-metrics.js';

/** What every job works with; built once per process. */
export interface WorkerContext {
  readonly config: WorkerConfig;
  readonly logger: Logger;
  readonly metrics: WorkerMetrics;
  readonly db: Database;
  /** What operators have switched off. */
  readonly flags: Flags;
  readonly esi: EsiClient;
  readonly producer: Producer;
  /** Null: contracts that are deleted are kept nowhere. */
  readonly archive: ArchiveStore | null;
  readonly memory: MaintenanceMemory;
}

const STATEMENT_TIMEOUT_MS = 60_000;
/** Beyond one connection per job at work, for what the hooks record and for ESI's limits. */
const SPARE_CONNECTIONS = 5;

export function createContext(config: WorkerConfig): WorkerContext {
  const logger = createLogger({ service: 'worker', ...config.log });
  const metrics = createWorkerMetrics();
  const db = connectDatabase({
    url: config.databaseUrl,
    poolSize: Math.min(config.contractConcurrency + config.regionConcurrency, 20) + SPARE_CONNECTIONS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    applicationName: 'hangar-bay-worker',
    ...createDatabaseMetrics(metrics.registry),
  });
  const producer = createProducer({
    url: config.queueUrl,
    onError: (error, queue) => logger.warn('queue connection failed', { queue, error }),
  });
  watchStored(metrics.registry, { db, producer, regionIds: config.regionIds });
  return {
    config,
    logger,
    metrics,
    db,
    flags: createFlags(db, {
      onError: (error) => logger.warn('the switches could not be read; the last known hold on', { error }),
    }),
    esi: createEsiClient(
      { ...config.esi, observe: (answer) => metrics.esi.observe(answer) },
      createEsiLimits(db, new URL(config.esi.baseUrl).host),
    ),
    archive: config.archive && createArchiveStore(config.archive),
    memory: createMaintenanceMemory(),
    producer,
  };
}
