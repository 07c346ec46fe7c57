import { Counter, Histogram, METRIC_PREFIX, type Registry } from '@hangar-bay/runtime';

/** `paused`: ESI's limits ended it, and it goes on later; `error`: the database or the broker failed it. */
const SWEEP_OUTCOMES = [
  'complete',
  'incomplete',
  'inconsistent',
  'failed',
  'paused',
  'error',
  'switched_off',
] as const;
const CONTRACT_OUTCOMES = ['stored', 'unchanged', 'quarantined', 'gone', 'unavailable', 'failed'] as const;
const REFRESH_OUTCOMES = ['refreshed', 'unknown', 'failed'] as const;

/** What sweeps, contract jobs and the refresh of types did. */
export function createSweepMetrics(registry: Registry) {
  const registers = [registry];
  const metrics = {
    sweeps: new Counter<'outcome'>({
      name: `${METRIC_PREFIX}region_sweeps_total`,
      help: 'Sweeps by how they ended',
      labelNames: ['outcome'],
      registers,
    }),
    sweepDuration: new Histogram({
      name: `${METRIC_PREFIX}region_sweep_duration_seconds`,
      help: 'Time of sweeps that ended by themselves, whatever they came to',
      buckets: [0.1, 0.5, 1, 3, 10, 30, 60, 120, 300, 900],
      registers,
    }),
    contracts: new Counter<'outcome'>({
      name: `${METRIC_PREFIX}contracts_total`,
      help: 'Contracts: stored whole, listed unchanged, quarantined, gone, refused by ESI for now (unavailable), or given up (failed)',
      labelNames: ['outcome'],
      registers,
    }),
    typesRefreshed: new Counter<'outcome'>({
      name: `${METRIC_PREFIX}types_refreshed_total`,
      help: 'Old types, groups, categories and market groups that were asked for again',
      labelNames: ['outcome'],
      registers,
    }),
  };
  // From nothing to one is an increase only where nothing was there before.
  SWEEP_OUTCOMES.forEach((outcome) => metrics.sweeps.inc({ outcome }, 0));
  CONTRACT_OUTCOMES.forEach((outcome) => metrics.contracts.inc({ outcome }, 0));
  REFRESH_OUTCOMES.forEach((outcome) => metrics.typesRefreshed.inc({ outcome }, 0));

  return {
    contracts(outcome: (typeof CONTRACT_OUTCOMES)[number], count = 1): void {
      metrics.contracts.inc({ outcome }, count);
    },
    typeRefreshed(outcome: (typeof REFRESH_OUTCOMES)[number]): void {
      metrics.typesRefreshed.inc({ outcome });
    },
    sweepEnded(outcome: (typeof SWEEP_OUTCOMES)[number], seconds: number): void {
      metrics.sweeps.inc({ outcome });
      if (outcome !== 'switched_off') {
        metrics.sweepDuration.observe(seconds);
      }
    },
  };
}
