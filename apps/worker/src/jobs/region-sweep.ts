import type { Handler } from '@hangar-bay/queues';
import { sweepRegion } from '../sweep/sweep-region.js';
import type { WorkerContext } from '../context.js';

export function createRegionSweep(context: WorkerContext): Handler<'region-sweep'> {
  const { config, flags } = context;
  return async ({ region_id, run_id }, { signal }) => {
    // The tick does not add these; a job may be older than the switch, or be asked for by an operator.
    if (!(await flags.isOn('aggregation')) || !(await flags.isOn(`region:${region_id}`))) {
      return { region_id, outcome: 'switched_off' };
    }
    if (config.regionIds !== null && !config.regionIds.includes(region_id)) {
      return { region_id, outcome: 'not_configured' };
    }
    const report = await sweepRegion(context, region_id, run_id, signal);
    if (report.outcome !== 'complete') {
      context.logger.warn('sweep did not complete', { ...report });
    }
    return report;
  };
}
