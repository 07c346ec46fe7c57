import { findMissingTaxonomy, saveCategory, saveMarketGroup } from '@hangar-bay/database';
import type { WorkerContext } from '../context.js';
import { unlessUnknown } from './unless-unknown.js';
import { workThrough } from './work-through.js';

/** The market's tree is five levels deep; a deeper one is nonsense and must not keep a job busy. */
const MAX_LEVELS = 10;

/** Fetches the categories and market groups that known types refer to, and the ancestors of those. */
export async function completeTaxonomy({ db, esi, logger }: WorkerContext, signal: AbortSignal | undefined) {
  const report = { categories: 0, market_groups: 0 };
  const giveUp = (id: number, error: unknown) => {
    logger.warn('a category or market group could not be had', { id, error });
    return Promise.resolve();
  };
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    const { category_ids, market_group_ids } = await findMissingTaxonomy(db);
    const categories = await workThrough(
      category_ids,
      signal,
      async (id) => {
        const answer = esi.getResource('/universe/categories/{category_id}', id, signal);
        await saveCategory(db, id, await unlessUnknown(answer));
      },
      giveUp,
    );
    const marketGroups = await workThrough(
      market_group_ids,
      signal,
      async (id) => {
        const answer = esi.getResource('/markets/groups/{market_group_id}', id, signal);
        await saveMarketGroup(db, id, await unlessUnknown(answer));
      },
      giveUp,
    );
    report.categories += category_ids.length - categories.failed - categories.left;
    report.market_groups += market_group_ids.length - marketGroups.failed - marketGroups.left;
    const isStuck = categories.failed + marketGroups.failed + categories.left + marketGroups.left > 0;
    if (category_ids.length + market_group_ids.length === 0 || isStuck) {
      break;
    }
  }
  return report;
}
