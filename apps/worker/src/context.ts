import { connectDatabase, type Database } from '@hangar-bay/database';
import { createEsiClient, type EsiClient } from '@hangar-bay/esi-client';
import { createProducer, type Producer } from '@hangar-bay/queues';
import { createLogger, type Logger } from '@hangar-bay/runtime';
import type { WorkerConfig } from './config.js';

/** What every job works with; built once per process. */
export interface WorkerContext {
  readonly config: WorkerConfig;
  readonly logger: Logger;
  readonly db: Database;
  readonly esi: EsiClient;
  readonly producer: Producer;
}

const STATEMENT_TIMEOUT_MS = 60_000;
/** Beyond one connection per job at work, for what the hooks record. */
const SPARE_CONNECTIONS = 4;

export function createContext(config: WorkerConfig): WorkerContext {
  const logger = createLogger({ service: 'worker', ...config.log });
  return {
    config,
    logger,
    db: connectDatabase({
      url: config.databaseUrl,
      poolSize: Math.min(config.contractConcurrency + config.regionConcurrency, 20) + SPARE_CONNECTIONS,
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      applicationName: 'hangar-bay-worker',
    }),
    esi: createEsiClient(config.esi),
    producer: createProducer({
      url: config.queueUrl,
      onError: (error, queue) => logger.warn('queue connection failed', { queue, error }),
    }),
  };
}
