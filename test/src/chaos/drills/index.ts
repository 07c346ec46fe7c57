import type { Drill } from '../drill.js';
import { ESI_DRILLS } from './esi-faults.js';
import { killWorkers } from './killed-workers.js';
import { malformedContracts } from './malformed-contracts.js';
import { POSTGRES_DRILLS } from './postgres.js';
import { REDIS_DRILLS } from './redis.js';
import { runSeveralWorkers } from './several-workers.js';
import { stopWorkers } from './stopped-worker.js';

export const DRILLS: readonly Drill[] = [
  killWorkers('killed-workers', 50, 400_000),
  runSeveralWorkers(2),
  runSeveralWorkers(4),
  stopWorkers('stopped-worker', 4, 2),
  ...REDIS_DRILLS,
  ...POSTGRES_DRILLS,
  ...ESI_DRILLS,
  malformedContracts,
];
