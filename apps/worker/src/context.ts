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
import {
  createDatabaseMetrics,
  createTelemetry,
  readVersion,
  type Logger,
  type Telemetry,
  type Tracing,
} from '@hangar-bay/runtime';
import type { WorkerConfig } from './config.js';
import { describeEsiAnswer } from './describe-esi-answer.js';
import { createMaintenanceMemory, type MaintenanceMemory } from './maintenance/memory.js';
import { watchCapacity } from './metrics/capacity-gauges.js';
import { watchStored } from './metrics/stored-gauges.js';
import { createWorkerMetrics, type WorkerMetrics } from './metrics/worker-metrics.js';

/** What every job works with; built once per process. */
export interface WorkerContext {
  readonly config: WorkerConfig;
  readonly telemetry: Telemetry;
  readonly logger: Logger;
  readonly tracing: Tracing;
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
/**
 * There are more jobs than that: contracts find and store together, so most of their jobs wait for ESI, or for a
 * statement that is under way.
 */
const MAX_JOB_CONNECTIONS = 20;
/** Beside those of jobs, for what the hooks record and for ESI's limits. */
const SPARE_CONNECTIONS = 5;

/** `diskFolder`: on the disk whose space is told. */
export function createContext(config: WorkerConfig, diskFolder: string): WorkerContext {
  const telemetry = createTelemetry(config.telemetry, {
    service: 'worker',
    version: readVersion(import.meta.url),
  });
  const { logger, tracing } = telemetry;
  const metrics = createWorkerMetrics();
  const db = connectDatabase({
    url: config.databaseUrl,
    poolSize:
      Math.min(config.contractConcurrency + config.regionConcurrency, MAX_JOB_CONNECTIONS) +
      SPARE_CONNECTIONS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    applicationName: 'hangar-bay-worker',
    ...createDatabaseMetrics(metrics.registry, tracing),
  });
  const producer = createProducer({
    url: config.queueUrl,
    onError: (error, queue) => logger.warn('queue connection failed', { queue, error }),
    carryTrace: () => tracing.carry(),
  });
  watchStored(metrics.registry, { db, producer, regionIds: config.regionIds });
  watchCapacity(metrics.registry, { db, diskFolder });
  return {
    config,
    telemetry,
    logger,
    tracing,
    metrics,
    db,
    flags: createFlags(db, {
      onError: (error) => logger.warn('the switches could not be read; the last known hold on', { error }),
    }),
    esi: createEsiClient(
      {
        ...config.esi,
        itemConnections: config.contractConcurrency,
        observe(answer) {
          metrics.esi.observe(answer);
          tracing.record(`ESI ${answer.route}`, describeEsiAnswer(answer));
        },
      },
      createEsiLimits(db, new URL(config.esi.baseUrl).host),
    ),
    archive: config.archive && createArchiveStore(config.archive),
    memory: createMaintenanceMemory(),
    producer,
  };
}
