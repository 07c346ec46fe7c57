import { EsiError } from '@hangar-bay/esi-client';
import type { Handler } from '@hangar-bay/queues';
import { sweepRegion, type SweepReport } from '../sweep/sweep-region.js';
import type { WorkerContext } from '../context.js';

export function createRegionSweep(context: WorkerContext): Handler<'region-sweep'> {
  const { config, flags, metrics } = context;
  return async ({ region_id, run_id }, { signal }) => {
    // The tick does not add these; a job may be older than the switch, or be asked for by an operator.
    if (!(await flags.isOn('aggregation')) || !(await flags.isOn(`region:${region_id}`))) {
      metrics.sweepEnded('switched_off', 0);
      return { region_id, outcome: 'switched_off' };
    }
    if (config.regionIds !== null && !config.regionIds.includes(region_id)) {
      return { region_id, outcome: 'not_configured' };
    }
    const startedAt = performance.now();
    const report = await measured(context, signal, () => sweepRegion(context, region_id, run_id, signal));
    const summary = { ...report, duration_ms: Math.round(performance.now() - startedAt) };
    if (report.outcome === 'complete') {
      context.logger.info('sweep complete', summary);
    } else {
      context.logger.warn('sweep did not complete', summary);
    }
    return report;
  };
}

async function measured(
  { metrics }: WorkerContext,
  signal: AbortSignal | undefined,
  sweep: () => Promise<SweepReport>,
): Promise<SweepReport> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  try {
    const report = await sweep();
    metrics.sweepEnded(report.outcome, seconds());
    metrics.contracts('gone', report.gone);
    return report;
  } catch (error) {
    // A sweep that a stop cuts short begins again elsewhere.
    if (!signal?.aborted) {
      const isPaused = error instanceof EsiError && error.kind === 'paused';
      metrics.sweepEnded(isPaused ? 'paused' : 'error', seconds());
    }
    throw error;
  }
}
