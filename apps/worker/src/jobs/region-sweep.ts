import type { Handler } from '@hangar-bay/queues';
import { sweepRegion } from '../sweep/sweep-region.js';
import type { WorkerContext } from '../context.js';

export function createRegionSweep(context: WorkerContext): Handler<'region-sweep'> {
  return async ({ region_id, run_id }, { signal }) => {
    const report = await sweepRegion(context, region_id, run_id, signal);
    if (report.outcome !== 'complete') {
      context.logger.warn('sweep did not complete', { ...report });
    }
    return report;
  };
}
