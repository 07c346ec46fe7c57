import { findMissingTaxonomy, saveCategory, saveMarketGroup } from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { unlessUnknown } from './unless-unknown.js';

/** The market's tree is five levels deep; a deeper one is nonsense and must not keep a job busy. */
const MAX_LEVELS = 10;

/** Fetches the categories and market groups that known types refer to, and the ancestors of those. */
export async function completeTaxonomy({ db, esi }: WorkerContext, signal: AbortSignal | undefined) {
  const report = { categories: 0, market_groups: 0 };
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    const { category_ids, market_group_ids } = await findMissingTaxonomy(db);
    if (category_ids.length + market_group_ids.length === 0) {
      break;
    }
    for (const id of category_ids) {
      const found = await unlessUnknown(esi.getResource('/universe/categories/{category_id}', id, signal));
      await saveCategory(db, id, found);
      report.categories += 1;
    }
    for (const id of market_group_ids) {
      const found = await unlessUnknown(esi.getResource('/markets/groups/{market_group_id}', id, signal));
      await saveMarketGroup(db, id, found);
      report.market_groups += 1;
    }
  }
  return report;
}
